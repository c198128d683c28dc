package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.translate.Diagnostic;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a person what is lost in translation: one line in the log the first time that a model shows a kind of loss, and
 * the losses of a call in a response header. Bounded and thread-safe.
 */
final class LossReport {

    static final String HEADER = "x-proxy-diagnostics";

    private static final Logger LOG = LoggerFactory.getLogger(LossReport.class);
    private static final int MOST_SEEN = 10_000;
    private static final int LONGEST_HEADER = 1000;
    private static final String MORE = "; ...";

    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    /** Takes note of a loss. */
    void lost(String model, Diagnostic loss) {
        String kind = loss.kind().wireName();
        if (seen.size() < MOST_SEEN && seen.add(model + " " + kind)) {
            LOG.info(
                    "First {} for {}: {}: {} (more of this kind: LOG_LEVEL=DEBUG)",
                    kind,
                    LogText.of(model),
                    LogText.of(loss.field()),
                    loss.message());
        }
    }

    /** The losses as the value of the header: {@code kind field; kind field}; empty when there are none. */
    static String header(List<Diagnostic> losses) {
        StringBuilder value = new StringBuilder();
        for (Diagnostic loss : losses) {
            String entry = (value.isEmpty() ? "" : "; ") + loss.kind().wireName() + " " + printable(loss.field());
            if (value.length() + entry.length() > LONGEST_HEADER) {
                return value + MORE;
            }
            value.append(entry);
        }
        return value.toString();
    }

    /** Names of fields may come from the client. */
    private static String printable(String field) {
        StringBuilder printable = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            printable.append(c > ' ' && c < 127 && c != ';' ? c : '?');
        }
        return printable.toString();
    }
}
