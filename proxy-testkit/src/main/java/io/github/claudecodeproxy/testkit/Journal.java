package io.github.claudecodeproxy.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What happened to one {@link ScriptedUpstream}; safe for use by several threads, which may wait for things to happen. */
final class Journal {

    private final List<Request> requests = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private int accepted;
    private int open;

    synchronized void request(Request request) {
        requests.add(request);
        notifyAll();
    }

    synchronized void failed(String what) {
        failures.add(what);
        notifyAll();
    }

    synchronized int accepted() {
        open++;
        notifyAll();
        return ++accepted;
    }

    synchronized void ended() {
        open--;
        notifyAll();
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    synchronized Connections connections() {
        return new Connections(accepted, open);
    }

    synchronized Request await(int index, Duration limit) {
        await(() -> requests.size() > index, limit, () -> "request " + index + " never came; came: " + requests);
        return requests.get(index);
    }

    synchronized Request await(Predicate<Request> wanted, Duration limit) {
        await(() -> requests.stream().anyMatch(wanted), limit, () -> "no such request; came: " + requests);
        return requests.stream().filter(wanted).findFirst().orElseThrow();
    }

    synchronized void awaitOpen(int count, Duration limit) {
        await(() -> open == count, limit, () -> open + " connections are open, expected " + count);
    }

    private synchronized void await(BooleanSupplier holds, Duration limit, Supplier<String> otherwise) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!holds.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError(otherwise.get() + " (waited " + limit + ")");
            }
            pause(left);
        }
    }

    // every caller loops over its condition
    @SuppressWarnings("WaitNotInLoop")
    private synchronized void pause(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }
}
