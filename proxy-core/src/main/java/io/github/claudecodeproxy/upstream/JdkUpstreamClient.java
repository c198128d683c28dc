package io.github.claudecodeproxy.upstream;

import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

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

    private final Builder settings;
    private final @Nullable ExecutorService ownExecutor;
    private final Executor executor;
    private final Set<JdkCall> calls = ConcurrentHashMap.newKeySet();
    private Pool pool;
    private long replaceableSince = System.nanoTime();
    private volatile boolean closed;

    private JdkUpstreamClient(Builder settings) {
        this.settings = settings;
        Executor given = settings.executor;
        this.ownExecutor = given == null ? newExecutor() : null;
        Executor tasks = given == null ? Objects.requireNonNull(ownExecutor) : given;
        this.executor = task -> execute(tasks, task);
        this.pool = newPool();
    }

    /** A builder with defaults for everything. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public UpstreamCall send(UpstreamRequest request, UpstreamListener listener) {
        String origin = request.uri().getScheme() + "://" + request.uri().getAuthority();
        JdkCall call = new JdkCall(this, listener, origin);
        try {
            HttpRequest prepared = RequestRules.apply(request);
            calls.add(call);
            if (closed) {
                throw new UpstreamException(Reason.OTHER, "the upstream client is closed", null);
            }
            call.start(prepared, currentPool(), true);
        } catch (UpstreamException e) {
            executor.execute(() -> call.fail(e));
        }
        return call;
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(calls).forEach(JdkCall::cancel);
        if (ownExecutor != null) {
            ownExecutor.shutdown();
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
        long now = System.nanoTime();
        if (used.equals(pool) && now - replaceableSince >= 0 && used.idle().any(origin)) {
            pool = newPool();
            replaceableSince = now + SHORTEST_POOL_LIFE_NANOS;
        }
        return pool;
    }

    private synchronized Pool currentPool() {
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
        if (settings.proxySelector != null) {
            builder.proxy(settings.proxySelector);
        }
        return Pool.of(builder.build());
    }

    private static ExecutorService newExecutor() {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "upstream-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        return Executors.newFixedThreadPool(Math.max(2, Runtime.getRuntime().availableProcessors()), daemons);
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

        /** A client with these settings. */
        public JdkUpstreamClient build() {
            return new JdkUpstreamClient(this);
        }
    }
}
