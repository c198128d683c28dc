package io.github.claudecodeproxy.undertow;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioIoThread;

/** The idle connections of one I/O thread, which alone uses this. */
final class IdleUpstreams {

    /** Some servers close a connection after 5 s. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final long CHECK_MILLIS = 500;

    private final XnioIoThread thread;
    private final Map<String, Deque<UpstreamConnection>> connections = new HashMap<>();
    private boolean checking;
    private boolean closed;

    IdleUpstreams(XnioIoThread thread) {
        this.thread = thread;
    }

    /** The one that was used last, which is the least likely to be closed; null if there is none. */
    @Nullable
    UpstreamConnection take(String origin) {
        Deque<UpstreamConnection> idle = connections.getOrDefault(origin, new ArrayDeque<>(0));
        for (UpstreamConnection last = idle.pollLast(); last != null; last = idle.pollLast()) {
            if (last.isOpen() && System.nanoTime() - last.idleSince() < LONGEST_NANOS) {
                return last;
            }
            last.close();
        }
        return null;
    }

    void add(UpstreamConnection connection) {
        if (closed) {
            connection.close();
            return;
        }
        connection.idle();
        connections
                .computeIfAbsent(connection.origin(), origin -> new ArrayDeque<>())
                .addLast(connection);
        if (!checking) {
            checkLater();
        }
    }

    void close() {
        closed = true;
        connections.values().forEach(idle -> idle.forEach(UpstreamConnection::close));
        connections.clear();
    }

    private void checkLater() {
        checking = true;
        thread.executeAfter(this::check, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void check() {
        long now = System.nanoTime();
        for (Deque<UpstreamConnection> idle : connections.values()) {
            while (!idle.isEmpty()
                    && (!idle.getFirst().isOpen() || now - idle.getFirst().idleSince() >= LONGEST_NANOS)) {
                idle.removeFirst().close();
            }
        }
        connections.values().removeIf(Deque::isEmpty);
        checking = false;
        if (!connections.isEmpty()) {
            checkLater();
        }
    }
}
