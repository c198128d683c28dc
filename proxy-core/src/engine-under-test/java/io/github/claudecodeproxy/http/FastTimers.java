package io.github.claudecodeproxy.http;

import java.time.Duration;

/** Timers on a clock that runs some times faster than the real one, so that minutes pass in seconds. */
final class FastTimers implements Timers {

    private final int speed;
    private final long begun = System.nanoTime();
    private final ScheduledTimers real = new ScheduledTimers(System::nanoTime);

    FastTimers(int speed) {
        this.speed = speed;
    }

    @Override
    public long now() {
        return (System.nanoTime() - begun) * speed;
    }

    @Override
    public Timer after(long nanos, Runnable task) {
        return real.after(Duration.ofNanos(Math.max(0, nanos / speed)), task);
    }

    @Override
    public void close() {
        real.close();
    }
}
