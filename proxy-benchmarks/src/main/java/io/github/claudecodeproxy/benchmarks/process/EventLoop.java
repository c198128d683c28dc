package io.github.claudecodeproxy.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A thread that waits for sockets and for points in time. What it runs, it runs on this thread alone. */
final class EventLoop implements AutoCloseable {

    /** Told when its channel is ready. */
    interface Ready {
        void ready(SelectionKey key) throws IOException;
    }

    private record Due(long at, Runnable task) {}

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>((a, b) -> Long.compare(a.at - b.at, 0));
    private final Thread thread;
    private volatile boolean closed;

    EventLoop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    Selector selector() {
        return selector;
    }

    /** Runs a task soon. From any thread. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Runs a task at a time of {@link System#nanoTime}. From its own thread only. */
    void at(long nanos, Runnable task) {
        due.add(new Due(nanos, task));
    }

    /** CPU time that it has taken so far, in nanoseconds. */
    long cpu() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
    }

    private void run() {
        try {
            while (!closed) {
                await();
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    ((Ready) key.attachment()).ready(key);
                }
                selector.selectedKeys().clear();
                long now = System.nanoTime();
                while (!due.isEmpty() && due.element().at - now <= 0) {
                    due.remove().task.run();
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(3);
        }
    }

    private void await() throws IOException {
        if (due.isEmpty()) {
            selector.select();
            return;
        }
        long wait = due.element().at - System.nanoTime();
        if (wait <= 0) {
            selector.selectNow();
        } else {
            selector.select(TimeUnit.NANOSECONDS.toMillis(wait) + 1);
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
