package io.github.claudecodeproxy.upstream;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.CookieHandler;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An HttpClient, which is a pool of connections, and what is known about them. A pool that was left behind is shut down
 * when its last call has ended, where the JDK can do that: from 21 on. Thread-safe.
 */
final class Pool {

    private static final @Nullable Method SHUTDOWN = shutdownMethod();

    private static final HttpRequest ALARM = HttpRequest.newBuilder(URI.create("http://alarm.invalid/"))
            .timeout(Duration.ofSeconds(1))
            .build();

    /** There are no cookies, and no request for the alarm: it fails when the JDK asks for its cookies. */
    private static final CookieHandler COOKIES = new CookieHandler() {
        @Override
        public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers) throws IOException {
            if (uri.equals(ALARM.uri())) {
                throw new IOException("only an alarm");
            }
            return Map.of();
        }

        @Override
        public void put(URI uri, Map<String, List<String>> headers) {}
    };

    // Null behind the end: the JDK keeps what it has of a client, ended calls included, for as long as we know the
    // client.
    private volatile @Nullable HttpClient client;
    private final Executor executor;
    private final IdleConnections idle = new IdleConnections();
    private int calls;
    private boolean left;

    /**
     * A pool.
     *
     * @param client what it is made of
     * @param executor shuts it down, where whoever ends the last call may hold locks
     */
    Pool(HttpClient.Builder client, Executor executor) {
        this.client = build(client.cookieHandler(COOKIES));
        this.executor = executor;
    }

    /** Its thread lives on for a while, and shall not keep the class loader of a web application that has ended. */
    private static HttpClient build(HttpClient.Builder builder) {
        Thread thread = Thread.currentThread();
        ClassLoader own = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        try {
            return builder.build();
        } finally {
            thread.setContextClassLoader(own);
        }
    }

    HttpClient client() {
        return Objects.requireNonNull(client, "the pool is shut down");
    }

    IdleConnections idle() {
        return idle;
    }

    /** Whether a pool can be shut down, with connections that the JDK has lost sight of. */
    static boolean canShutDown() {
        return SHUTDOWN != null;
    }

    /**
     * Has the JDK look at its sockets now. One that is closed while it connects goes only when it does, else up to 3 s
     * later; a time limit is what the JDK gets up for, even that of a request which is never sent.
     */
    void wake() {
        HttpClient sleeping = client;
        if (sleeping != null) {
            CompletableFuture<?> unused = sleeping.sendAsync(ALARM, BodyHandlers.discarding());
        }
    }

    /** A call begins; to be followed by {@link #ended}. */
    synchronized void begun() {
        calls++;
    }

    void ended() {
        boolean last;
        synchronized (this) {
            calls--;
            last = left && calls == 0;
        }
        if (last) {
            executor.execute(this::shutDown);
        }
    }

    /** No call will begin any more. */
    void leave() {
        boolean unused;
        synchronized (this) {
            left = true;
            unused = calls == 0;
        }
        if (unused) {
            executor.execute(this::shutDown);
        }
    }

    private void shutDown() {
        HttpClient ending = client;
        client = null;
        if (SHUTDOWN != null && ending != null) {
            try {
                SHUTDOWN.invoke(ending);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("an HttpClient cannot be shut down", e);
            }
        }
    }

    private static @Nullable Method shutdownMethod() {
        try {
            return HttpClient.class.getMethod("shutdownNow");
        } catch (NoSuchMethodException e) {
            return null; // before Java 21
        }
    }
}
