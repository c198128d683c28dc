package io.github.claudecodeproxy.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task each time nothing has happened for a while. A sign of life costs one clock reading: the waiting task
 * looks at it only when it is due. Guarded by the lock of its owner.
 */
final class SilenceTimer {

    private final Timers timers;
    private final Object lock;
    private final long limit;
    private final Runnable expired;

    private long last;
    private boolean running;
    private Timers.@Nullable Timer timer;

    SilenceTimer(Timers timers, Object lock, Duration limit, Runnable expired) {
        this.timers = timers;
        this.lock = lock;
        this.limit = limit.toNanos();
        this.expired = expired;
    }

    void start() {
        running = true;
        last = timers.now();
        timer = timers.after(limit, this::due);
    }

    void touch() {
        last = timers.now();
    }

    void stop() {
        running = false;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void due() {
        synchronized (lock) {
            if (!running) {
                return;
            }
            if (timers.now() - last >= limit) {
                touch();
                expired.run();
            }
            if (running) {
                timer = timers.after(limit - (timers.now() - last), this::due);
            }
        }
    }
}
