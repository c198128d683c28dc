package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The calls of models that run, so that a proxy that stops can wait for them, and end them when it must. Thread-safe. */
final class RunningCalls {

    private static final ClaudeError STOPPED = ClaudeError.of(
                    ClaudeError.Type.OVERLOADED, "The proxy was stopped before the answer was complete.")
            .withShouldRetry(true);

    private final Set<Call> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** One call. */
    interface Call {

        /** Ends the call with an error, if it still runs; the client is told. */
        void end(ClaudeError why);
    }

    void begun(Call call) {
        calls.add(call);
        if (stopped) {
            call.end(STOPPED);
        }
    }

    /** How many run. */
    int count() {
        return calls.size();
    }

    void ended(Call call) {
        calls.remove(call);
    }

    /** Ends all calls, and those that still begin. */
    void stop() {
        stopped = true;
        calls.forEach(call -> call.end(STOPPED));
    }
}
