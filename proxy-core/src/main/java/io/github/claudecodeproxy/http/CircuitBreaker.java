package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Spares an upstream that fails again and again, and the clients that would wait for it. Thread-safe; one lock, under
 * which nothing is called.
 */
final class CircuitBreaker {

    private static final int FAILURES_TO_OPEN = 5;
    private static final long SHORTEST_OPEN = Duration.ofSeconds(24).toNanos();
    private static final long LONGEST_OPEN = Duration.ofSeconds(30).toNanos();
    private static final long LONGEST_LIMITED = Duration.ofSeconds(60).toNanos();

    private final Timers timers;

    private BreakerState state = BreakerState.CLOSED;
    private int failures;
    private int limits;
    private long opensAt;
    private @Nullable ClaudeError last;
    private @Nullable Permit probe;

    CircuitBreaker(Timers timers) {
        this.timers = timers;
    }

    /** Where it stands. */
    synchronized BreakerState state() {
        return state;
    }

    /** Leave to make one call, or the error that says why not. */
    synchronized Permit ask() {
        if (state != BreakerState.CLOSED && left() <= 0) {
            if (state == BreakerState.LIMITED) {
                close();
            } else if (probe == null) {
                probe = new Permit(null);
                return probe;
            }
        }
        return new Permit(state == BreakerState.CLOSED ? null : refusal());
    }

    private ClaudeError refusal() {
        String why = last == null ? "" : " Its last answer: " + last.message();
        String after = String.valueOf(
                Math.max(1, Duration.ofNanos(left() + 999_999_999).toSeconds()));
        if (state == BreakerState.LIMITED) {
            return ClaudeError.of(
                            ClaudeError.Type.RATE_LIMIT, "The provider asked for no calls for " + after + " s." + why)
                    .withRetryAfter(after)
                    .withShouldRetry(true);
        }
        String message = "The provider failed " + FAILURES_TO_OPEN + " times in a row or more, so it is not called for "
                + after + " s." + why;
        return ClaudeError.of(ClaudeError.Type.OVERLOADED, message)
                .withRetryAfter(after)
                .withShouldRetry(true);
    }

    private long left() {
        return opensAt - timers.now();
    }

    private void close() {
        state = BreakerState.CLOSED;
        failures = 0;
        limits = 0;
        probe = null;
        last = null;
    }

    private void open(BreakerState why, long nanos, ClaudeError error) {
        state = why;
        opensAt = timers.now() + nanos;
        probe = null;
        last = error;
    }

    private synchronized void answered() {
        close();
    }

    private synchronized void failed(Permit permit, ClaudeError error) {
        failures++;
        limits = 0;
        // Calls from before it opened say nothing new.
        boolean news = state == BreakerState.CLOSED ? failures >= FAILURES_TO_OPEN : permit.equals(probe);
        if (news) {
            long open = ThreadLocalRandom.current().nextLong(SHORTEST_OPEN, LONGEST_OPEN);
            open(BreakerState.OPEN, open, error);
        }
    }

    private synchronized void limited(ClaudeError error, @Nullable Duration retryAfter) {
        if (state == BreakerState.OPEN) {
            close(); // it answers again, though not with what was asked
        }
        failures = 0;
        limits++;
        if (limits >= FAILURES_TO_OPEN && retryAfter != null && state == BreakerState.CLOSED) {
            open(BreakerState.LIMITED, Math.min(LONGEST_LIMITED, retryAfter.toNanos()), error);
        }
    }

    private synchronized void forgotten(Permit permit) {
        if (permit.equals(probe)) {
            probe = null;
        }
    }

    /** Leave to make one call; told once what became of it, the first time counts. Guarded by the lock of the call. */
    final class Permit {

        private final @Nullable ClaudeError refusal;
        private boolean told;

        private Permit(@Nullable ClaudeError refusal) {
            this.refusal = refusal;
        }

        /** Why there may be no call; null when there may. */
        @Nullable
        ClaudeError refusal() {
            return refusal;
        }

        /** The upstream works, whatever it said. */
        void answered() {
            if (first()) {
                CircuitBreaker.this.answered();
            }
        }

        /** The upstream does not work. */
        void failed(ClaudeError error) {
            if (first()) {
                CircuitBreaker.this.failed(this, error);
            }
        }

        /** The upstream wants fewer calls; null when it did not say for how long. */
        void limited(ClaudeError error, @Nullable Duration retryAfter) {
            if (first()) {
                CircuitBreaker.this.limited(error, retryAfter);
            }
        }

        /** Nobody will know what would have become of the call. */
        void forgotten() {
            if (first()) {
                CircuitBreaker.this.forgotten(this);
            }
        }

        private boolean first() {
            boolean first = !told && refusal == null;
            told = true;
            return first;
        }
    }
}
