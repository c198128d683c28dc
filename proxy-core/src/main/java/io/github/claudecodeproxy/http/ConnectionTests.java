package io.github.claudecodeproxy.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection tests that clients ask for: each costs a little money, so that all who ask within some seconds get the
 * outcome of one. Thread-safe.
 */
final class ConnectionTests {

    private static final long FRESH = Duration.ofSeconds(10).toNanos();

    private final EngineParts parts;
    private @Nullable Probe last;

    ConnectionTests(EngineParts parts) {
        this.parts = parts;
    }

    /** Gives the receiver an outcome, once, on any thread. What is returned tells that it is not waited for any more. */
    Runnable join(Consumer<ConnectionReport> receiver) {
        Probe probe;
        boolean fresh = false;
        synchronized (this) {
            probe = last;
            if (probe == null || probe.abandoned() || parts.timers().now() - probe.begun >= FRESH) {
                probe = new Probe(parts.timers().now());
                last = probe;
                fresh = true;
            }
        }
        Probe joined = probe;
        joined.add(receiver);
        if (fresh) {
            joined.cancelledBy(new ConnectionCheck(parts).run(joined::ended));
        }
        return () -> joined.leave(receiver);
    }

    /** One call and those who wait for its outcome. The receivers run outside its lock. */
    private static final class Probe {

        private final long begun;
        private final List<Consumer<ConnectionReport>> waiting = new ArrayList<>();
        private @Nullable ConnectionReport outcome;
        private @Nullable Runnable cancel;
        private boolean abandoned;

        Probe(long begun) {
            this.begun = begun;
        }

        synchronized boolean abandoned() {
            return abandoned;
        }

        void add(Consumer<ConnectionReport> receiver) {
            ConnectionReport known;
            synchronized (this) {
                known = outcome;
                if (known == null) {
                    waiting.add(receiver);
                }
            }
            if (known != null) {
                receiver.accept(known);
            }
        }

        void ended(ConnectionReport report) {
            List<Consumer<ConnectionReport>> told;
            synchronized (this) {
                outcome = report;
                told = List.copyOf(waiting);
                waiting.clear();
            }
            told.forEach(receiver -> receiver.accept(report));
        }

        void cancelledBy(Runnable how) {
            boolean now;
            synchronized (this) {
                cancel = how;
                now = abandoned;
            }
            if (now) {
                how.run();
            }
        }

        /** Nobody waits for a probe whose last receiver has left. */
        void leave(Consumer<ConnectionReport> receiver) {
            Runnable how;
            synchronized (this) {
                boolean waited = waiting.remove(receiver);
                abandoned |= waited && waiting.isEmpty();
                how = waited && waiting.isEmpty() ? cancel : null;
            }
            if (how != null) {
                how.run();
            }
        }
    }
}
