package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Collects what is lost in one trip, each loss once and not without end. Used by one thread at a time. */
final class Diagnostics {

    private static final int MOST = 100;

    private final boolean strict;
    private final Consumer<Diagnostic> listener;
    private final List<Diagnostic> collected = new ArrayList<>();

    /** Diagnostics that refuse a lossy request when strict. */
    Diagnostics(boolean strict, Consumer<Diagnostic> listener) {
        this.strict = strict;
        this.listener = listener;
    }

    /**
     * Takes note of a loss.
     *
     * @throws ClaudeException in strict mode, for kinds that it refuses
     */
    void add(Kind kind, String field, String message) {
        add(kind, field, message, kind == Kind.UNKNOWN_FIELD ? "Extra inputs are not permitted" : message);
    }

    /** Takes note of a loss that strict mode refuses in the API's own words. */
    void add(Kind kind, String field, String message, String strictWords) {
        if (strict && kind.refused()) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, field + ": " + strictWords);
        }
        Diagnostic diagnostic = new Diagnostic(kind, field, message);
        if (collected.size() < MOST && !collected.contains(diagnostic)) {
            collected.add(diagnostic);
            tell(diagnostic);
        }
    }

    /** A report must not fail a call. */
    private void tell(Diagnostic diagnostic) {
        try {
            listener.accept(diagnostic);
        } catch (RuntimeException passedOver) {
            // as the listener's contract says
        }
    }

    List<Diagnostic> snapshot() {
        return List.copyOf(collected);
    }
}
