package io.github.claudecodeproxy.http;

import java.time.Duration;

/** A monotonic clock and tasks that run later. Thread-safe. */
interface Timers extends AutoCloseable {

    /** Nanoseconds of a clock that never jumps; only differences mean something. */
    long now();

    /** Runs the task once, after this time, on a thread where it must not block. */
    Timer after(long nanos, Runnable task);

    /** Runs the task once, after this time. */
    default Timer after(Duration delay, Runnable task) {
        return after(delay.toNanos(), task);
    }

    @Override
    void close();

    /** A task that waits. */
    interface Timer {

        /** Forgets the task, unless it has begun. */
        void cancel();
    }
}
