package io.github.claudecodeproxy.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A clock that stands still until a test moves it. */
final class FakeTimers implements Timers {

    private final List<Waiting> waiting = new ArrayList<>();
    private long now = 1_000_000_000L;

    @Override
    public long now() {
        return now;
    }

    @Override
    public Timer after(long nanos, Runnable task) {
        Waiting timer = new Waiting(now + nanos, task);
        waiting.add(timer);
        return () -> waiting.remove(timer);
    }

    @Override
    public void close() {
        waiting.clear();
    }

    /** Moves the clock and runs what is due, each at its own time. */
    void advance(Duration by) {
        long end = now + by.toNanos();
        for (Optional<Waiting> next = next(end); next.isPresent(); next = next(end)) {
            Waiting timer = next.get();
            waiting.remove(timer);
            now = Math.max(now, timer.at());
            timer.task().run();
        }
        now = end;
    }

    int size() {
        return waiting.size();
    }

    private Optional<Waiting> next(long end) {
        return waiting.stream().filter(timer -> timer.at() <= end).min(Comparator.comparingLong(Waiting::at));
    }

    private record Waiting(long at, Runnable task) {
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
