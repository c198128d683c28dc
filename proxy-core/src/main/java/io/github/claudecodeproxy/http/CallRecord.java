package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.translate.Translation;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says about one call of a model: one line when it has ended. Prompts and answers only where the settings
 * allow it, at the debug level.
 */
final class CallRecord {

    /** What is logged as the status when the client left before its answer was complete. */
    static final int CLIENT_GONE = 499;

    private static final Logger LOG = LoggerFactory.getLogger(CallRecord.class);

    private final String requestId;
    private final String requested;
    private volatile Translation translation;
    private final Timers timers;
    private final boolean content;
    private final long begun;

    CallRecord(String requestId, String requested, Translation translation, EngineParts parts) {
        this.requestId = requestId;
        this.requested = requested;
        this.translation = translation;
        this.timers = parts.timers();
        this.content = parts.settings().logContent() && LOG.isDebugEnabled();
        this.begun = timers.now();
    }

    /** The request was translated anew. */
    void translation(Translation value) {
        translation = value;
        content("upstream request", value::body);
    }

    /** Tells the client what was lost so far. */
    void showLosses(Reply reply) {
        String losses = LossReport.header(translation.diagnostics());
        if (!losses.isEmpty()) {
            reply.with(Map.of(LossReport.HEADER, losses));
        }
    }

    /** The one line. */
    void ended(int status, String outcome, int attempts) {
        LOG.info(
                "{} {} -> {} {} status={} end={} attempts={} ms={}",
                requestId,
                LogText.of(requested),
                LogText.of(translation.upstreamModel()),
                translation.streaming() ? "stream" : "whole",
                status,
                LogText.of(outcome),
                attempts,
                (timers.now() - begun) / 1_000_000);
        if (LOG.isDebugEnabled()) {
            translation
                    .diagnostics()
                    .forEach(lost -> LOG.debug(
                            "{} {} {}: {}",
                            requestId,
                            lost.kind().wireName(),
                            LogText.of(lost.field()),
                            lost.message()));
        }
    }

    /** A piece of content, if content may be logged. */
    void content(String what, Supplier<byte[]> json) {
        if (content) {
            String text = new String(json.get(), StandardCharsets.UTF_8);
            LOG.debug("{} {} {}", requestId, what, LogText.whole(text));
        }
    }
}
