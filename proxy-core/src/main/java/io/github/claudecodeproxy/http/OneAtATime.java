package io.github.claudecodeproxy.http;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Runs work on another executor, one piece after the other, so that it never takes more than one of its threads. */
final class OneAtATime implements Executor {

    private final Executor executor;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    OneAtATime(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void execute(Runnable work) {
        synchronized (waiting) {
            waiting.add(work);
            if (running) {
                return;
            }
            running = true;
        }
        next();
    }

    private void next() {
        try {
            executor.execute(this::run);
        } catch (RuntimeException e) {
            synchronized (waiting) {
                running = false;
            }
            throw e;
        }
    }

    private void run() {
        Runnable work;
        synchronized (waiting) {
            work = waiting.remove();
        }
        try {
            work.run();
        } finally {
            boolean more;
            synchronized (waiting) {
                more = !waiting.isEmpty();
                running = more;
            }
            if (more) {
                next();
            }
        }
    }
}
