package io.github.claudecodeproxy.http;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * How many calls may be at the upstream at once. The others wait in line, not for long. Thread-safe; nothing is called
 * under its lock.
 */
final class UpstreamSlots {

    static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final int most;
    private final Timers timers;
    private final Executor executor;
    private final Set<Slot> line = new LinkedHashSet<>();
    private int taken;

    UpstreamSlots(int most, Timers timers, Executor executor) {
        this.most = most;
        this.timers = timers;
        this.executor = executor;
    }

    int most() {
        return most;
    }

    /**
     * A place for one call.
     *
     * @param granted run once when the call may be made: by {@link Slot#take} itself, or later on the executor
     * @param refused run instead when none became free in time
     */
    Slot slot(Runnable granted, Runnable refused) {
        return new Slot(granted, refused);
    }

    private void later(Slot next) {
        try {
            executor.execute(next.granted);
        } catch (RejectedExecutionException e) {
            // the engine is closed, and with it all calls
            next.release();
        }
    }

    private @Nullable Slot next() {
        Slot first = null;
        if (!line.isEmpty() && taken < most) {
            first = line.iterator().next();
            line.remove(first);
            first.hold();
        }
        return first;
    }

    /** Where one call stands: WAITING in line, at the upstream (HELD), or DONE. */
    private enum State {
        NEW,
        WAITING,
        HELD,
        DONE
    }

    /** The place of one call. */
    final class Slot {

        private final Runnable granted;
        private final Runnable refused;
        private State state = State.NEW;
        private Timers.@Nullable Timer timer;

        private Slot(Runnable granted, Runnable refused) {
            this.granted = granted;
            this.refused = refused;
        }

        /** Asks for the place. */
        void take() {
            synchronized (UpstreamSlots.this) {
                if (state != State.NEW) {
                    return;
                }
                if (taken >= most) {
                    state = State.WAITING;
                    line.add(this);
                    timer = timers.after(LONGEST_WAIT, this::late);
                    return;
                }
                hold();
            }
            granted.run();
        }

        /** Leaves the place, or the line. */
        void release() {
            Slot next;
            synchronized (UpstreamSlots.this) {
                State before = state;
                state = State.DONE;
                line.remove(this);
                stopTimer();
                if (before != State.HELD) {
                    return;
                }
                taken--;
                next = next();
            }
            if (next != null) {
                // Not here: the caller holds the lock of another call.
                later(next);
            }
        }

        private void late() {
            synchronized (UpstreamSlots.this) {
                if (state != State.WAITING) {
                    return;
                }
                state = State.DONE;
                line.remove(this);
            }
            refused.run();
        }

        private void hold() {
            state = State.HELD;
            taken++;
            stopTimer();
        }

        private void stopTimer() {
            if (timer != null) {
                timer.cancel();
            }
        }
    }
}
