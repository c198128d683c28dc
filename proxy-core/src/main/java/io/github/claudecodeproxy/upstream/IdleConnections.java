package io.github.claudecodeproxy.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many connections an {@link java.net.http.HttpClient} may hold idle for each origin, which it does not tell. Counts
 * too many rather than too few: a connection that the server closed is counted until it would have expired. Thread-safe.
 */
final class IdleConnections {

    /** The longest that a JDK keeps an idle connection unless told otherwise; later ones than 17 drop it sooner. */
    private static final int LONGEST_KEEP_ALIVE_SECONDS = 1200;

    private final long keepAliveNanos = TimeUnit.SECONDS.toNanos(
            Math.max(0, Integer.getInteger("jdk.httpclient.keepalive.timeout", LONGEST_KEEP_ALIVE_SECONDS)));
    private final Map<String, Deque<Long>> givenBack = new HashMap<>();

    /** A connection was given back to the pool. */
    synchronized void add(String origin) {
        givenBack.computeIfAbsent(origin, key -> new ArrayDeque<>()).addLast(System.nanoTime());
    }

    /** A call begins. Returns whether it may run on a connection from the pool. */
    synchronized boolean take(String origin) {
        return any(origin) && idle(origin).pollLast() != null;
    }

    /** Whether a call that begins now may run on a connection from the pool. */
    synchronized boolean any(String origin) {
        Deque<Long> idle = idle(origin);
        long now = System.nanoTime();
        while (!idle.isEmpty() && now - idle.getFirst() > keepAliveNanos) {
            idle.removeFirst();
        }
        return !idle.isEmpty();
    }

    private Deque<Long> idle(String origin) {
        return givenBack.getOrDefault(origin, new ArrayDeque<>());
    }
}
