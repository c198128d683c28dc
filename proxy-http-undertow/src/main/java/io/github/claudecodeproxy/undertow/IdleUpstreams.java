package io.github.claudecodeproxy.undertow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioIoThread;

/**
 * The idle connections of all I/O threads, so that there are never more connections than there were calls at once.
 * Thread-safe.
 */
final class IdleUpstreams {

    /** Some servers close a connection after 5 s. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final long CHECK_MILLIS = 500;

    private final Map<String, Deque<UpstreamConnection>> connections = new HashMap<>();
    private boolean checking;
    private boolean closed;

    /**
     * One for a call, which then belongs on its thread; null if there is none.
     *
     * @param near the thread whose connections are taken first
     */
    synchronized @Nullable UpstreamConnection take(String origin, XnioIoThread near) {
        Deque<UpstreamConnection> idle = connections.get(origin);
        if (idle == null) {
            return null;
        }
        long now = System.nanoTime();
        UpstreamConnection other = null;
        // The one that was used last is the least likely to be closed
        for (Iterator<UpstreamConnection> last = idle.descendingIterator(); last.hasNext(); ) {
            UpstreamConnection connection = last.next();
            if (expired(connection, now)) {
                break;
            }
            if (!connection.isOpen()) {
                last.remove();
                continue;
            }
            if (connection.thread() == near) {
                last.remove();
                return connection;
            }
            other = other == null ? connection : other;
        }
        if (other != null) {
            idle.removeLastOccurrence(other);
        }
        return other;
    }

    /** Takes a connection from its own thread, which alone may call this. */
    void add(UpstreamConnection connection) {
        connection.idle();
        synchronized (this) {
            if (!closed) {
                connections
                        .computeIfAbsent(connection.origin(), origin -> new ArrayDeque<>())
                        .addLast(connection);
                if (!checking) {
                    checkLater(connection.thread());
                }
                return;
            }
        }
        connection.close();
    }

    synchronized void close() {
        closed = true;
        connections.values().forEach(idle -> idle.forEach(UpstreamConnection::closeLater));
        connections.clear();
    }

    private void checkLater(XnioIoThread thread) {
        checking = true;
        thread.executeAfter(() -> check(thread), CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void check(XnioIoThread thread) {
        List<UpstreamConnection> done = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            for (Deque<UpstreamConnection> idle : connections.values()) {
                idle.removeIf(connection -> {
                    boolean over = !connection.isOpen() || expired(connection, now);
                    return over && done.add(connection);
                });
            }
            connections.values().removeIf(Deque::isEmpty);
            checking = false;
            if (!connections.isEmpty()) {
                checkLater(thread);
            }
        }
        done.forEach(UpstreamConnection::closeLater);
    }

    private static boolean expired(UpstreamConnection connection, long now) {
        return now - connection.idleSince() >= LONGEST_NANOS;
    }
}
