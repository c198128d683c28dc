package io.github.claudecodeproxy.upstream;

import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call, with its re-send if there is one.
 *
 * <p>Before the headers a call ends by cancelling its future, afterwards only by cancelling the subscription to the
 * body; in between, the subscription is cancelled as soon as it is there.
 */
final class JdkCall implements UpstreamCall {

    private static final Logger LOG = LoggerFactory.getLogger(JdkUpstreamClient.class);

    private final JdkUpstreamClient client;
    private final UpstreamListener listener;
    private final String origin;
    private final ReportQueue reports = new ReportQueue();

    private volatile boolean cancelled;
    private volatile boolean ended;
    private volatile boolean answered;
    private volatile boolean unwanted;
    private @Nullable Pool attemptPool;
    private @Nullable CompletableFuture<?> attempt;
    private Flow.@Nullable Subscription subscription;
    private long asked;

    JdkCall(JdkUpstreamClient client, UpstreamListener listener, String origin) {
        this.client = client;
        this.listener = listener;
        this.origin = origin;
    }

    @Override
    public void more() {
        Flow.Subscription body;
        synchronized (this) {
            body = subscription;
            if (body == null) {
                asked++;
            }
        }
        if (body != null && !over()) {
            body.request(1);
        }
    }

    @Override
    public void cancel() {
        Flow.Subscription body;
        CompletableFuture<?> future;
        Pool pool;
        synchronized (this) {
            if (over()) {
                return;
            }
            cancelled = true;
            body = subscription;
            future = answered ? null : attempt;
            pool = attemptPool;
        }
        client.ended(this);
        close(body, future);
        if (future != null && pool != null) {
            pool.wake();
        }
        leavePool();
    }

    private void leavePool() {
        Pool used;
        synchronized (this) {
            used = attemptPool;
            attemptPool = null;
        }
        if (used != null) {
            used.ended();
        }
    }

    private static void close(Flow.@Nullable Subscription body, @Nullable CompletableFuture<?> future) {
        if (body != null) {
            body.cancel();
        } else if (future != null) {
            future.cancel(true);
        }
    }

    /** Sends the request to a pool that counts it; once more if a connection from the pool turns out to be dead. */
    void start(HttpRequest request, Pool pool, boolean maySendAgain) {
        synchronized (this) {
            if (over()) {
                pool.ended();
                return;
            }
            attemptPool = pool;
        }
        boolean pooled = pool.idle().take(origin);
        CompletableFuture<?> future = send(pool.client(), request, info -> new Body(info, pool));
        synchronized (this) {
            attempt = future;
        }
        if (cancelled && !answered) {
            future.cancel(true);
            pool.wake();
        }
        if (over()) {
            leavePool();
        }
        // On the executor, for a future that has failed already would report from within send.
        CompletableFuture<?> unused = future.whenCompleteAsync(
                (response, thrown) -> {
                    if (thrown != null) {
                        // A connection may be used again before it is known here to be idle.
                        boolean wasPooled = pooled || pool.idle().any(origin);
                        failed(thrown, request, pool, wasPooled && maySendAgain);
                    } else if (!answered) {
                        fail(tunnelRefused());
                    }
                },
                client.executor());
    }

    /** The JDK gives this one answer of a proxy as if it were the server's, and without its body. */
    private static UpstreamException tunnelRefused() {
        return new UpstreamException(
                Reason.PROXY_AUTHENTICATION, "the proxy on the way to the upstream asks for authentication", null);
    }

    private static CompletableFuture<?> send(HttpClient client, HttpRequest request, BodyHandler<Void> handler) {
        try {
            return client.sendAsync(request, handler);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * The JDK never sends a POST again, and does not tell whether a connection came from its pool. A connection that
     * ended without a byte of an answer, when one may have lain idle, most likely was closed by the server before the
     * request came there.
     */
    private void failed(Throwable thrown, HttpRequest request, Pool pool, boolean maySendAgain) {
        if (over()) {
            return;
        }
        UpstreamException failure =
                answered ? FailureReasons.afterHeaders(thrown) : FailureReasons.beforeHeaders(thrown);
        if (maySendAgain && failure.reason() == Reason.NO_RESPONSE) {
            LOG.debug("Sending again, for a pooled connection was closed");
            leavePool();
            start(request, client.freshPool(pool, origin), false);
        } else {
            if (failure.reason() == Reason.PROTOCOL && !answered) {
                client.leave(pool);
            }
            fail(failure);
        }
    }

    void fail(UpstreamException failure) {
        last(() -> {
            LOG.debug("Upstream call failed: {}, {}", failure.reason(), failure.getMessage());
            listener.failure(failure);
        });
    }

    private boolean over() {
        return cancelled || ended;
    }

    private void report(Runnable report) {
        reports.run(() -> {
            if (over()) {
                return;
            }
            try {
                report.run();
            } catch (RuntimeException | Error e) {
                LOG.error("An upstream listener failed", e);
                stop(new UpstreamException(Reason.OTHER, "the answer could not be handled", e));
            }
        });
    }

    private void last(Runnable report) {
        report(() -> {
            if (end()) {
                client.ended(this);
                leavePool();
                report.run();
            }
        });
    }

    private synchronized boolean end() {
        boolean first = !over();
        ended = true;
        return first;
    }

    /** Fails although the server would go on. */
    private void stop(UpstreamException failure) {
        Flow.Subscription body;
        synchronized (this) {
            unwanted = true;
            body = subscription;
        }
        fail(failure);
        close(body, null);
    }

    /** The body, and its encoding if it has one. */
    private final class Body implements BodySubscriber<Void> {

        private final Pool pool;
        private final boolean keptAlive;
        private final @Nullable BodyInflater inflater;

        Body(ResponseInfo info, Pool pool) {
            answered = true;
            this.pool = pool;
            this.keptAlive = !info.headers()
                    .firstValue("connection")
                    .orElse("")
                    .toLowerCase(Locale.ROOT)
                    .contains("close");
            String encoding = String.join(",", info.headers().allValues("content-encoding"))
                    .trim()
                    .toLowerCase(Locale.ROOT);
            boolean plain = encoding.isEmpty() || encoding.equals("identity");
            this.inflater = plain ? null : BodyInflater.forEncoding(encoding);
            report(() -> listener.headers(head(info)));
            if (!plain && inflater == null) {
                stop(new UpstreamException(
                        Reason.PROTOCOL, "the upstream's answer has a content encoding that was not asked for", null));
            }
        }

        private UpstreamResponseHead head(ResponseInfo info) {
            Map<String, String> headers = new HashMap<>();
            info.headers()
                    .map()
                    .forEach((name, values) ->
                            headers.put(name.toLowerCase(Locale.ROOT), values.get(values.size() - 1)));
            if (inflater != null) {
                headers.remove("content-encoding");
                headers.remove("content-length");
            }
            return new UpstreamResponseHead(info.statusCode(), headers);
        }

        /** Complete from the beginning, so that the response counts as received when its headers are. */
        @Override
        public CompletionStage<Void> getBody() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onSubscribe(Flow.Subscription body) {
            long wanted;
            synchronized (JdkCall.this) {
                subscription = body;
                wanted = asked;
            }
            if (over() || unwanted) {
                body.cancel();
            } else if (wanted > 0) {
                body.request(wanted);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            if (inflater == null) {
                report(() -> listener.bytes(buffers));
                return;
            }
            try {
                List<ByteBuffer> decoded = inflater.decode(buffers);
                if (decoded.isEmpty()) {
                    more();
                } else {
                    report(() -> listener.bytes(decoded));
                }
            } catch (UpstreamException e) {
                stop(e);
            }
        }

        @Override
        public void onError(Throwable thrown) {
            if (inflater != null) {
                inflater.close();
            }
            fail(FailureReasons.afterHeaders(thrown));
        }

        @Override
        public void onComplete() {
            if (keptAlive) {
                pool.idle().add(origin);
            }
            try {
                if (inflater != null) {
                    inflater.end();
                }
            } catch (UpstreamException e) {
                fail(e);
                return;
            }
            last(listener::end);
        }
    }
}
