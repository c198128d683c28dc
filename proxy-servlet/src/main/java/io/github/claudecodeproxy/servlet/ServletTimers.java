package io.github.claudecodeproxy.servlet;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that runs the time limits of all requests, and what must not run under a lock. Safe for any thread. */
final class ServletTimers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ServletTimers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ScheduledThreadPoolExecutor executor;
    private volatile @Nullable Thread thread;

    ServletTimers() {
        executor = new ScheduledThreadPoolExecutor(1, this::newThread);
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private Thread newThread(Runnable task) {
        Thread started = new Thread(task, "proxy-servlet");
        started.setDaemon(true);
        thread = started;
        return started;
    }

    /** Runs a task soon; not at all when the servlet has ended. */
    void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("The servlet has ended", e);
        }
    }

    /** Runs a task later; returns null when the servlet has ended. */
    @Nullable
    Future<?> after(Duration delay, Runnable task) {
        try {
            return executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    /** Waits a moment for the thread itself: a container complains about one that outlives an application. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            Thread last = thread;
            if (executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS) && last != null) {
                last.join(PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
