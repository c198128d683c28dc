package io.github.claudecodeproxy.undertow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.http.ResponseChannel;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.Options;
import org.xnio.XnioExecutor;

/**
 * One request of Undertow as an {@link Exchange}. The end of it, and all reads but the first, run on the connection's
 * I/O thread, writes on any thread. The handler's code runs on worker threads, except {@code writable} and that for a near
 * one, and never under {@link #lock}.
 */
final class UndertowExchange implements Exchange {

    private static final Logger log = LoggerFactory.getLogger(UndertowExchange.class);

    /** Guards the response and the closing of the connection against each other. */
    final Object lock = new Object();

    private final HttpServerExchange request;
    private final HttpServerConnection connection;
    private final Limits limits;
    private final boolean near;
    private final ClientWatch watch;
    private final BodyReader reader;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile @Nullable UndertowChannel channel;

    /**
     * An exchange.
     *
     * @param near whether the handler's code may run on the I/O thread
     */
    UndertowExchange(HttpServerExchange request, Limits limits, boolean near) {
        this.request = request;
        this.limits = limits;
        this.near = near;
        connection = (HttpServerConnection) request.getConnection();
        watch = new ClientWatch(this, connection);
        reader = new BodyReader(this, request, limits);
        request.addExchangeCompleteListener(watch);
    }

    @Override
    public String method() {
        return request.getRequestMethod().toString();
    }

    @Override
    public String path() {
        String sent = request.getRequestURI();
        if (!request.isHostIncludedInRequestURI()) {
            return sent;
        }
        int slash = sent.indexOf('/', sent.indexOf("://") + 3);
        return slash < 0 ? "/" : sent.substring(slash);
    }

    @Override
    public @Nullable String query() {
        String query = request.getQueryString();
        return query.isEmpty() ? null : query;
    }

    @Override
    public @Nullable String header(String name) {
        return request.getRequestHeaders().getFirst(name);
    }

    @Override
    public @Nullable InetAddress peer() {
        InetSocketAddress source = request.getSourceAddress();
        return source == null ? null : source.getAddress();
    }

    @Override
    public void readBody(int limit, BodyReceiver receiver) {
        reader.read(limit, receiver);
    }

    @Override
    public void onClientGone(Runnable callback) {
        watch.onGone(callback);
    }

    @Override
    public void respond(int status, Map<String, String> headers, byte[] body) {
        claim();
        send(status, headers, body);
    }

    @Override
    public ResponseChannel open(int status, Map<String, String> headers, Runnable writable) {
        claim();
        return start(status, headers, -1, writable);
    }

    /** Answers before any handler has seen the request, and closes the connection. */
    void refuse(int status, String message) {
        claim();
        request.setPersistent(false);
        sendError(status, "invalid_request_error", message);
    }

    /** Runs code of the handler; what it throws becomes the answer, or breaks one that has begun. */
    @SuppressWarnings("CatchingUnchecked")
    void guard(Runnable code) {
        try {
            UndertowUpstreamClient.near(connection.getIoThread(), code);
        } catch (Throwable thrown) {
            log.error("The handler of {} {} failed", method(), path(), thrown);
            UndertowChannel begun = channel;
            if (answered.compareAndSet(false, true)) {
                sendError(500, "api_error", "Internal server error");
            } else if (begun != null) {
                begun.abort();
            }
        }
    }

    private void claim() {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("an exchange is answered once");
        }
    }

    private void sendError(int status, String type, String message) {
        String json = "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"" + message + "\"}}";
        send(status, Map.of("content-type", "application/json"), json.getBytes(UTF_8));
    }

    private void send(int status, Map<String, String> headers, byte[] body) {
        UndertowChannel whole = start(status, headers, body.length, () -> {});
        // With the last byte of a known length the exchange is complete, so these belong on the I/O thread too
        onIoThread(() -> {
            whole.write(ByteBuffer.wrap(body));
            whole.end();
        });
    }

    private UndertowChannel start(int status, Map<String, String> headers, long length, Runnable writable) {
        synchronized (lock) {
            if (!watch.watching()) {
                return new UndertowChannel(this, null, limits, writable);
            }
            request.setStatusCode(status);
            headers.forEach((name, value) -> request.getResponseHeaders().put(new HttpString(name), value));
            frame(length);
            UndertowChannel begun = new UndertowChannel(this, request.getResponseChannel(), limits, writable);
            channel = begun;
            return begun;
        }
    }

    private void frame(long length) {
        if (!request.isRequestComplete() || request.getResponseHeaders().contains(Headers.CONNECTION)) {
            request.setPersistent(false);
        }
        if (length >= 0) {
            request.setResponseContentLength(length);
        } else if (request.isHttp11()) {
            // Chunked also where the connection closes afterwards: the client must see a broken stream as broken
            request.getResponseHeaders().put(Headers.TRANSFER_ENCODING, Headers.CHUNKED.toString());
        }
    }

    boolean watching() {
        return watch.watching();
    }

    void watchWhenBodyless() {
        if (request.isRequestComplete()) {
            watch.arm();
        }
    }

    void watch() {
        watch.arm();
    }

    void clientLost() {
        watch.lost();
    }

    /** The server stops: the same to the handler as a client that goes. */
    void cut() {
        onIoThread(watch::lost);
    }

    /** The last byte of the response is out. */
    void responded() {
        if (!request.isRequestComplete()) {
            reader.discard();
        }
    }

    /** Breaks the connection by our own decision. */
    void breakOff() {
        watch.done();
        onIoThread(() -> {
            if (!request.isHttp11()) {
                resetOnClose();
            }
            close();
        });
    }

    /** Without chunks an ordinary close would be the proper end of the body. */
    private void resetOnClose() {
        try {
            connection.getChannel().setOption(Options.CLOSE_ABORT, true);
        } catch (IOException e) {
            log.debug("The connection could not be set to be reset", e);
        }
    }

    void close() {
        synchronized (lock) {
            IoUtils.safeClose(connection);
        }
    }

    /** Runs code of the handler here and now, unless this is the I/O thread and the code is not for it. */
    void deliver(Runnable code) {
        if (request.isInIoThread() && !near) {
            onWorker(() -> guard(code));
        } else {
            guard(code);
        }
    }

    void onWorker(Runnable task) {
        try {
            connection.getWorker().execute(task);
        } catch (RejectedExecutionException stopping) {
            // Not here: the caller may hold the lock
            Thread last = new Thread(task, "proxy-stopping");
            last.setDaemon(true);
            last.start();
        }
    }

    void onIoThread(Runnable task) {
        try {
            connection.getIoThread().execute(task);
        } catch (RejectedExecutionException stopping) {
            close();
        }
    }

    XnioExecutor.@Nullable Key after(Duration delay, Runnable task) {
        try {
            return connection.getIoThread().executeAfter(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            close();
            return null;
        }
    }
}
