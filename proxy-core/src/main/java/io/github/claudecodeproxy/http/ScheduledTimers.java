package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.threads.DaemonThreads;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that runs the timers of all calls. */
final class ScheduledTimers implements Timers {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledTimers.class);

    private final LongSupplier clock;
    private final DaemonThreads threads = new DaemonThreads("proxy-timers");
    private final ScheduledThreadPoolExecutor scheduler;

    ScheduledTimers(LongSupplier clock) {
        this.clock = clock;
        scheduler = new ScheduledThreadPoolExecutor(1, threads);
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // A call that is still running when the engine closes must not fail because its next timer is refused.
        scheduler.setRejectedExecutionHandler((task, executor) -> LOG.debug("timer refused: the engine is closed"));
    }

    @Override
    public long now() {
        return clock.getAsLong();
    }

    @Override
    public Timer after(long nanos, Runnable task) {
        Future<?> future = scheduler.schedule(() -> run(task), nanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a timer's task failed", e);
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        threads.awaitEnd(scheduler);
    }
}
