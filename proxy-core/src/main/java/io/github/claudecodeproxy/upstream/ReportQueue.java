package io.github.claudecodeproxy.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Runs reports one at a time and in order, whichever threads bring them; what is brought during a report runs after it,
 * on the thread that runs the report. Thread-safe.
 */
final class ReportQueue {

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    void run(Runnable report) {
        synchronized (this) {
            waiting.addLast(report);
            if (running) {
                return;
            }
            running = true;
        }
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable next = waiting.pollFirst();
        running = next != null;
        return next;
    }
}
