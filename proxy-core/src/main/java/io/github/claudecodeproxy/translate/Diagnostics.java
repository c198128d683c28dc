package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayList;
import java.util.List;

/** Collects what is lost in one trip, each loss once and not without end. Used by one thread at a time. */
final class Diagnostics {

    private static final int MOST = 100;

    private final boolean strict;
    private final List<Diagnostic> collected = new ArrayList<>();

    /** Diagnostics that refuse a lossy request when strict. */
    Diagnostics(boolean strict) {
        this.strict = strict;
    }

    /**
     * Takes note of a loss.
     *
     * @throws ClaudeException in strict mode, for kinds that it refuses
     */
    void add(Kind kind, String field, String message) {
        if (strict && kind.refused()) {
            String words = kind == Kind.UNKNOWN_FIELD ? "Extra inputs are not permitted" : message;
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, field + ": " + words);
        }
        Diagnostic diagnostic = new Diagnostic(kind, field, message);
        if (collected.size() < MOST && !collected.contains(diagnostic)) {
            collected.add(diagnostic);
        }
    }

    List<Diagnostic> snapshot() {
        return List.copyOf(collected);
    }
}
