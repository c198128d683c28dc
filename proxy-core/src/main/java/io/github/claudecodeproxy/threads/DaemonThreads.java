package io.github.claudecodeproxy.threads;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads of one executor that do not keep the process alive, and whose end can be waited for. Safe for any thread. */
public final class DaemonThreads implements ThreadFactory {

    private static final long PATIENCE_MILLIS = 1_000;

    private final String name;
    private final AtomicInteger number = new AtomicInteger();
    private final Set<Thread> started = ConcurrentHashMap.newKeySet();

    /**
     * Threads of an executor.
     *
     * @param name what their names begin with
     */
    public DaemonThreads(String name) {
        this.name = name;
    }

    @Override
    public Thread newThread(Runnable task) {
        started.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
        thread.setDaemon(true);
        started.add(thread);
        return thread;
    }

    /**
     * Waits a moment for the threads of an executor that was shut down: a container complains about those that outlive an
     * application. An executor says that it has ended a little before its last thread has.
     */
    public void awaitEnd(ExecutorService executor) {
        try {
            if (executor.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                for (Thread thread : started) {
                    thread.join(PATIENCE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
