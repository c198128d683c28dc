package io.github.claudecodeproxy.upstream;

import io.github.claudecodeproxy.threads.DaemonThreads;
import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls upstreams with the JDK's {@link HttpClient}. Speaks HTTP/1.1 only, since the JDK's offer to change to HTTP/2 makes
 * some servers lose the request's body and its HTTP/2 holds back a sender too late; follows no redirects, answers no
 * authentication requests and knows no time limit but that of connecting. Bodies in gzip or deflate are decoded. A request
 * is sent once more, on another connection, when a connection that had been used before was closed without a byte of an
 * answer. Thread-safe.
 */
public final class JdkUpstreamClient implements UpstreamClient {

    /** A server that closes each connection at once shall not make us replace the pool for each call. */
    private static final long SHORTEST_POOL_LIFE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(JdkUpstreamClient.class);

    private final Builder settings;
    private final @Nullable ExecutorService ownExecutor;
    private final DaemonThreads threads = new DaemonThreads("upstream");
    private final Executor executor;
    private final @Nullable HttpProxy proxy;
    private final Set<JdkCall> calls = ConcurrentHashMap.newKeySet();

    /** Made for the first call: the JDK reads its certificate authorities for it, which a start need not wait for. */
    private volatile @Nullable Pool pool;

    private boolean leaving;
    private long replaceableSince = System.nanoTime();
    private volatile boolean closed;

    private JdkUpstreamClient(Builder settings) {
        this.settings = settings;
        Executor given = settings.executor;
        this.ownExecutor = given == null ? newExecutor(threads) : null;
        Executor tasks = given == null ? Objects.requireNonNull(ownExecutor) : given;
        this.executor = task -> execute(tasks, task);
        this.proxy = settings.proxyAddress == null ? null : HttpProxy.at(settings.proxyAddress, settings.direct);
    }

    /** A builder with defaults for everything. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Which of these Java properties would make the JDK write keys to a log, one line for each, for people.
     *
     * @param properties those of the system
     */
    public static List<String> leakingProperties(Properties properties) {
        return LeakingProperties.of(properties);
    }

    @Override
    public UpstreamCall send(UpstreamRequest request, UpstreamListener listener) {
        String origin = request.uri().getScheme() + "://" + request.uri().getAuthority();
        JdkCall call = new JdkCall(this, listener, origin);
        try {
            HttpRequest prepared = RequestRules.apply(request, proxy == null ? null : proxy.credentials(request.uri()));
            calls.add(call);
            if (closed) {
                throw closedAlready();
            }
            Pool made = madePool();
            if (made != null) {
                call.start(prepared, made, true);
            } else {
                executor.execute(() -> startFirst(call, prepared));
            }
        } catch (UpstreamException e) {
            executor.execute(() -> call.fail(e));
        }
        return call;
    }

    private void startFirst(JdkCall call, HttpRequest prepared) {
        Pool made;
        try {
            made = currentPool();
        } catch (UpstreamException e) {
            call.fail(e);
            return;
        }
        call.start(prepared, made, true);
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(calls).forEach(JdkCall::cancel);
        Pool last = lastPool();
        if (last != null) {
            last.leave();
        }
        if (ownExecutor != null) {
            ownExecutor.shutdown();
            threads.awaitEnd(ownExecutor);
        }
    }

    void ended(JdkCall call) {
        calls.remove(call);
    }

    Executor executor() {
        return executor;
    }

    /**
     * A pool without connections as old as those of the one used. The JDK has no way to ask for a new connection: a pool
     * that may still hold old ones is left behind, where running calls end and idle connections expire.
     */
    synchronized Pool freshPool(Pool used, String origin) {
        if (used.idle().any(origin)) {
            replace(used);
        }
        Pool current = pool;
        return begun(current == null ? used : current);
    }

    /**
     * After an answer whose head is no HTTP: the JDK forgets the connection without closing it, so that only the end of the
     * pool closes it.
     */
    synchronized void leave(Pool used) {
        if (!Pool.canShutDown() || !used.equals(pool) || closed) {
            return;
        }
        long tooEarly = replaceableSince - System.nanoTime();
        if (tooEarly <= 0) {
            replace(used);
        } else if (!leaving) {
            leaving = true;
            CompletableFuture.delayedExecutor(tooEarly, TimeUnit.NANOSECONDS, executor)
                    .execute(() -> leaveNow(used));
        }
    }

    private synchronized void leaveNow(Pool used) {
        if (used.equals(pool)) {
            leaving = false;
            leave(used);
        }
    }

    private void replace(Pool used) {
        long now = System.nanoTime();
        if (used.equals(pool) && now - replaceableSince >= 0) {
            pool = newPool();
            leaving = false;
            replaceableSince = now + SHORTEST_POOL_LIFE_NANOS;
            used.leave();
        }
    }

    private synchronized @Nullable Pool lastPool() {
        return pool;
    }

    /** Null while there is none; then nobody waits here for the one that may be made right now. */
    private @Nullable Pool madePool() throws UpstreamException {
        return pool == null ? null : currentPool();
    }

    private synchronized Pool currentPool() throws UpstreamException {
        Pool current = pool;
        if (current == null) {
            current = firstPool();
            pool = current;
        }
        return begun(current);
    }

    private Pool firstPool() throws UpstreamException {
        if (closed) {
            throw closedAlready();
        }
        try {
            return newPool();
        } catch (RuntimeException | Error e) {
            UpstreamException failure = FailureReasons.beforeHeaders(e);
            LOG.error("No call is possible: {}", failure.getMessage());
            throw failure;
        }
    }

    private static UpstreamException closedAlready() {
        return new UpstreamException(Reason.OTHER, "the upstream client is closed", null);
    }

    private static Pool begun(Pool pool) {
        pool.begun();
        return pool;
    }

    private Pool newPool() {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout)
                .executor(executor);
        if (settings.sslContext != null) {
            builder.sslContext(settings.sslContext);
        }
        if (proxy != null) {
            builder.proxy(proxy.selector());
        } else if (settings.proxySelector != null) {
            builder.proxy(settings.proxySelector);
        }
        return new Pool(builder, executor);
    }

    private static ExecutorService newExecutor(DaemonThreads threads) {
        return Executors.newFixedThreadPool(Math.max(2, Runtime.getRuntime().availableProcessors()), threads);
    }

    /** What is left to do when the executor has been shut down is to close connections, which must not be lost. */
    private static void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            ForkJoinPool.commonPool().execute(task);
        }
    }

    /** Settings of a client. Used by one thread at a time. */
    public static final class Builder {

        private Duration connectTimeout = Duration.ofSeconds(10);
        private @Nullable Executor executor;
        private @Nullable SSLContext sslContext;
        private @Nullable ProxySelector proxySelector;
        private @Nullable URI proxyAddress;
        private Set<URI> direct = Set.of();

        private Builder() {}

        /** How long a connection may take to come about, with TLS; 10 s unless set. */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = connectTimeout;
            return this;
        }

        /**
         * Where listeners are called and answers read; it must have two threads or more, and is not shut down with the
         * client. Unless set, the client has as many threads as there are processors, at least two.
         */
        public Builder executor(Executor executor) {
            this.executor = executor;
            return this;
        }

        /** Whom to trust and which certificate to show; the JDK's default unless set. */
        public Builder sslContext(SSLContext sslContext) {
            this.sslContext = sslContext;
            return this;
        }

        /** Which proxy to use for which address; the JDK's default unless set. */
        public Builder proxySelector(ProxySelector proxySelector) {
            this.proxySelector = proxySelector;
            return this;
        }

        /**
         * The HTTP proxy to use for every address, instead of a selector; null, the default, for none.
         *
         * <p>A user and a password in the address are sent to it in the Basic scheme. The JDK does that on the way to an
         * {@code https} address only where the system property {@code jdk.http.auth.tunneling.disabledSchemes} was set,
         * to nothing, before the first request of the JVM.
         *
         * @param address {@code http://host:port} or {@code http://user:password@host:port}
         * @throws IllegalArgumentException for any other form; the message does not show it
         */
        public Builder proxy(@Nullable URI address) {
            this.proxyAddress = address;
            if (address != null) {
                HttpProxy unused = HttpProxy.at(address, Set.of());
            }
            return this;
        }

        /** Addresses that are reached without the {@link #proxy}, by host and port; none by default. */
        public Builder direct(Set<URI> addresses) {
            this.direct = Set.copyOf(addresses);
            return this;
        }

        /** A client with these settings. */
        public JdkUpstreamClient build() {
            return new JdkUpstreamClient(this);
        }
    }
}
