package io.github.claudecodeproxy.translate;

import java.util.ArrayList;
import java.util.List;

/** Collects what is lost in one trip, each kind of loss once and not without end. Used by one thread at a time. */
final class Diagnostics {

    private static final int MOST = 100;

    private final List<Diagnostic> collected = new ArrayList<>();

    void add(String field, String message) {
        Diagnostic diagnostic = new Diagnostic(field, message);
        if (collected.size() < MOST && !collected.contains(diagnostic)) {
            collected.add(diagnostic);
        }
    }

    List<Diagnostic> snapshot() {
        return List.copyOf(collected);
    }
}
