package io.github.claudecodeproxy.undertow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.claudecodeproxy.upstream.BodyInflater;
import io.github.claudecodeproxy.upstream.FailureReasons;
import io.github.claudecodeproxy.upstream.RequestRules;
import io.github.claudecodeproxy.upstream.UpstreamCall;
import io.github.claudecodeproxy.upstream.UpstreamException;
import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import io.github.claudecodeproxy.upstream.UpstreamListener;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.ssl.SslConnection;

/** One call to an upstream, with its re-send if there is one. All of it runs on one I/O thread. */
final class UndertowCall implements UpstreamCall {

    private static final Logger LOG = LoggerFactory.getLogger(UndertowUpstreamClient.class);

    /** What the system holds of an answer whose client is slow; by itself it takes megabytes for each. */
    private static final int RECEIVE_BUFFER_BYTES = 256 * 1024;

    private static final OptionMap PLAIN =
            OptionMap.create(Options.TCP_NODELAY, true, Options.RECEIVE_BUFFER, RECEIVE_BUFFER_BYTES);
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final int MOST_READS = 16;
    private static final int LONG_ANSWER_BYTES = 64 * 1024;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** What is done on the connection. */
    private enum Phase {
        /** A proxy is asked to connect to the server. */
        TUNNEL,
        /** TLS is being agreed on, while the request waits in its layer. */
        HANDSHAKE,
        /** The request and its answer. */
        EXCHANGE
    }

    private final UndertowUpstreamClient client;
    private final XnioIoThread thread;
    private final UpstreamListener listener;
    private final URI uri;
    private final String origin;

    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean cancelled;
    private @Nullable UpstreamConnection used;
    private @Nullable UpstreamRequest request;
    private @Nullable InetSocketAddress proxy;
    private @Nullable UpstreamConnection connection;
    private @Nullable IoFuture<StreamConnection> connecting;
    private XnioExecutor.@Nullable Key connectTimer;
    private Phase phase = Phase.EXCHANGE;
    private ResponseReader reader = new ResponseReader(false);
    private @Nullable RememberingSslEngine engine;
    private @Nullable BodyInflater inflater;
    private byte[] head = new byte[0];
    private byte[] body = new byte[0];
    private int bodyLength;
    private int sent;
    private boolean started;
    private boolean pooled;
    private boolean sentAgain;
    private boolean written;
    private boolean reporting;
    private long delivered;
    private long asked;
    private @Nullable ByteBuffer held;

    /**
     * A call that does not run yet.
     *
     * @param origin scheme and authority of the request
     * @param used a connection of this thread that was used before; null for a new one
     */
    UndertowCall(
            UndertowUpstreamClient client,
            XnioIoThread thread,
            String origin,
            @Nullable UpstreamConnection used,
            UpstreamRequest request,
            UpstreamListener listener) {
        this.client = client;
        this.thread = thread;
        this.origin = origin;
        this.used = used;
        this.request = request;
        this.listener = listener;
        this.uri = request.uri();
    }

    @Override
    public void more() {
        run(this::askedForMore);
    }

    @Override
    public void cancel() {
        cancelled = true;
        if (over.compareAndSet(false, true)) {
            client.ended(this);
            run(this::leave);
        }
    }

    /** Runs a task on the thread of this call, here and now if this is it. What it throws ends the call. */
    void run(Runnable task) {
        if (Thread.currentThread() == thread && started) {
            guarded(task);
        } else {
            UndertowUpstreamClient.run(thread, () -> guarded(task));
        }
    }

    /** The thread would only log what is thrown, and nobody would ever hear of the call again. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            fail(new UpstreamException(Reason.OTHER, "the call to the upstream could not go on", e));
        }
    }

    void start() {
        started = true;
        UpstreamRequest wanted = request;
        if (over.get() || wanted == null) {
            giveBack();
            return;
        }
        try {
            if (client.closed()) {
                throw new UpstreamException(Reason.OTHER, "the upstream client is closed", null);
            }
            RequestRules.check(wanted);
        } catch (UpstreamException e) {
            fail(e);
            return;
        }
        proxy = client.way().proxyTo(uri);
        UpstreamConnection idle = used;
        used = null;
        if (idle == null) {
            connect();
        } else if (idle.quiet()) {
            pooled = true;
            idle.use(this);
            exchange(idle, wanted);
        } else {
            idle.close();
            connect();
        }
    }

    private void giveBack() {
        UpstreamConnection unused = used;
        used = null;
        if (unused != null) {
            client.idle().add(unused);
        }
    }

    private void connect() {
        connectTimer = thread.executeAfter(
                () -> guarded(this::connectingTakesTooLong),
                client.way().connect().toMillis(),
                TimeUnit.MILLISECONDS);
        String host = proxy == null ? name(uri) : proxy.getHostString();
        int port = proxy == null ? port(uri) : proxy.getPort();
        client.resolve(
                host,
                address -> run(() -> connect(new InetSocketAddress(address, port))),
                () -> run(() -> fail(new UpstreamException(
                        Reason.UNKNOWN_HOST, "the upstream's host name does not resolve", null))));
    }

    private void connect(InetSocketAddress address) {
        if (over.get()) {
            return;
        }
        IoFuture<StreamConnection> future = thread.openStreamConnection(address, this::connected, PLAIN);
        connecting = future;
        future.addNotifier(
                (result, unused) -> {
                    if (result.getStatus() == IoFuture.Status.FAILED) {
                        IOException thrown = result.getException();
                        run(() -> fail(notConnected(thrown)));
                    }
                },
                null);
    }

    private static UpstreamException notConnected(IOException thrown) {
        UpstreamException failure = FailureReasons.beforeHeaders(thrown);
        return failure.reason() == Reason.NO_RESPONSE
                ? new UpstreamException(Reason.CONNECT, "the upstream could not be connected to", thrown)
                : failure;
    }

    private void connectingTakesTooLong() {
        connectTimer = null;
        fail(new UpstreamException(
                Reason.CONNECT_TIMEOUT, "the connection to the upstream did not come about in time", null));
    }

    private void connected(StreamConnection stream) {
        connecting = null;
        if (over.get()) {
            IoUtils.safeClose(stream);
            return;
        }
        try {
            if (!secure()) {
                begin(stream, Phase.EXCHANGE);
            } else if (proxy == null) {
                handshake(stream);
            } else {
                begin(stream, Phase.TUNNEL);
            }
        } catch (UpstreamException e) {
            IoUtils.safeClose(stream);
            fail(e);
        } catch (RuntimeException | Error e) {
            IoUtils.safeClose(stream);
            fail(new UpstreamException(Reason.OTHER, "the connection to the upstream could not be used", e));
        }
    }

    private void handshake(StreamConnection stream) throws UpstreamException {
        SslConnection secured = client.tls()
                .wrapExistingConnection(
                        stream,
                        OptionMap.builder()
                                .set(Options.SSL_PEER_HOST_NAME, name(uri))
                                .set(Options.SSL_PEER_PORT, port(uri))
                                .getMap());
        RememberingSslEngine remembering = new RememberingSslEngine(UndertowXnioSsl.getSslEngine(secured));
        SSLParameters parameters = remembering.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        remembering.setSSLParameters(parameters);
        UndertowXnioSsl.getSslConduit(secured).setSslEngine(remembering);
        engine = remembering;
        secured.getHandshakeSetter().set(channel -> {
            if (phase == Phase.HANDSHAKE) {
                phase = Phase.EXCHANGE;
                stopConnectTimer();
            }
        });
        try {
            secured.startHandshake();
        } catch (IOException e) {
            IoUtils.safeClose(secured);
            fail(noTls(e));
            return;
        }
        begin(secured, Phase.HANDSHAKE);
    }

    private void begin(StreamConnection stream, Phase first) {
        phase = first;
        UpstreamConnection fresh = new UpstreamConnection(stream, origin, this);
        connection = fresh;
        UpstreamRequest wanted = request;
        if (first == Phase.TUNNEL) {
            send(fresh, tunnelRequest(), new byte[0], 0, new ResponseReader(true));
        } else if (wanted != null) {
            if (first == Phase.EXCHANGE) {
                stopConnectTimer();
            }
            exchange(fresh, wanted);
        }
    }

    private void exchange(UpstreamConnection on, UpstreamRequest wanted) {
        connection = on;
        byte[] content = wanted.body();
        send(
                on,
                requestHead(wanted),
                content == null ? new byte[0] : content,
                content == null ? 0 : wanted.bodyLength(),
                new ResponseReader(false));
    }

    private void send(UpstreamConnection on, byte[] start, byte[] content, int length, ResponseReader answer) {
        head = start;
        body = content;
        bodyLength = length;
        sent = 0;
        written = false;
        reader = answer;
        on.source().resumeReads();
        writable();
    }

    private byte[] requestHead(UpstreamRequest wanted) {
        StringBuilder text = new StringBuilder(512);
        text.append(wanted.method()).append(' ');
        if (proxy != null && !secure()) {
            text.append(origin);
        }
        String path = uri.getRawPath();
        text.append(path == null || path.isEmpty() ? "/" : path);
        if (uri.getRawQuery() != null) {
            text.append('?').append(uri.getRawQuery());
        }
        text.append(" HTTP/1.1\r\n");
        header(text, "Host", uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort());
        if (wanted.body() != null) {
            header(text, "Content-Length", String.valueOf(wanted.bodyLength()));
        }
        if (proxy != null && !secure()) {
            proxyAuthorization(text);
        }
        wanted.headers().forEach((name, value) -> header(text, name, value));
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private byte[] tunnelRequest() {
        String place = uri.getHost() + ":" + port(uri);
        StringBuilder text = new StringBuilder("CONNECT ").append(place).append(" HTTP/1.1\r\n");
        header(text, "Host", place);
        proxyAuthorization(text);
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private void proxyAuthorization(StringBuilder text) {
        String credentials = client.way().credentials(uri);
        if (credentials != null) {
            header(text, "Proxy-Authorization", credentials);
        }
    }

    private static void header(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append("\r\n");
    }

    /** Sends what is left of the request, as far as the socket takes it. */
    void writable() {
        UpstreamConnection on = connection;
        if (on == null || over.get() || written) {
            return;
        }
        try {
            if (write(on)) {
                written = true;
                if (on.sink().isWriteResumed()) {
                    on.sink().suspendWrites();
                }
                forgetRequest();
            } else {
                on.sink().resumeWrites();
            }
        } catch (IOException e) {
            on.sink().suspendWrites();
            if (phase == Phase.HANDSHAKE) {
                fail(noTls(e));
            } else {
                // There may be an answer none the less, and otherwise reading finds out
                LOG.debug("The request could not be sent whole", e);
            }
        }
    }

    private boolean write(UpstreamConnection on) throws IOException {
        try (PooledByteBuffer pooledBuffer = client.buffers().allocate()) {
            while (sent < head.length + bodyLength) {
                ByteBuffer buffer = pooledBuffer.getBuffer().clear();
                fill(buffer);
                sent += on.sink().write(buffer.flip());
                if (buffer.hasRemaining()) {
                    return false;
                }
            }
            return on.sink().flush();
        }
    }

    private void fill(ByteBuffer buffer) {
        int from = sent;
        if (from < head.length) {
            int count = Math.min(head.length - from, buffer.remaining());
            buffer.put(head, from, count);
            from += count;
        }
        if (from >= head.length) {
            int start = from - head.length;
            buffer.put(body, start, Math.min(bodyLength - start, buffer.remaining()));
        }
    }

    /** Something came, or the connection has ended. */
    void readable() {
        UpstreamConnection on = connection;
        if (on == null || over.get()) {
            return;
        }
        guarded(() -> read(on));
    }

    private void read(UpstreamConnection on) {
        if (!wanted(on)) {
            on.source().suspendReads();
            return;
        }
        try (PooledByteBuffer pooledBuffer = client.buffers().allocate()) {
            int count = 1;
            for (int round = 0; count > 0 && wanted(on); round++) {
                if (round == MOST_READS) {
                    // Others wait for this thread, too
                    UndertowUpstreamClient.run(thread, this::readable);
                    return;
                }
                ByteBuffer buffer = pooledBuffer.getBuffer().clear();
                count = on.source().read(buffer);
                if (count > 0) {
                    received(buffer.flip());
                } else if (count < 0) {
                    closed();
                }
                if (!secure()) {
                    return;
                }
                // A layer of TLS may hold more than the socket tells of
            }
        } catch (IOException e) {
            failed(lost(e));
        } catch (UpstreamException e) {
            failed(e);
        }
    }

    private boolean wanted(UpstreamConnection on) {
        return connection == on && !over.get() && (asked > 0 || reader.head() == null);
    }

    private void closed() throws UpstreamException {
        switch (phase) {
            case TUNNEL -> throw noTunnel();
            case HANDSHAKE -> throw noTls(new EOFException());
            case EXCHANGE -> {
                IOException remembered = engine == null ? null : engine.failure();
                if (remembered != null) {
                    throw lost(remembered);
                }
                reader.end();
                complete(false);
            }
        }
    }

    private UpstreamException lost(IOException thrown) {
        return switch (phase) {
            case TUNNEL -> noTunnel();
            case HANDSHAKE -> noTls(thrown);
            case EXCHANGE -> {
                if (reader.head() != null) {
                    yield FailureReasons.afterHeaders(thrown);
                }
                yield reader.begun()
                        ? new UpstreamException(
                                Reason.TRUNCATED,
                                "the upstream closed the connection within its response headers",
                                thrown)
                        : FailureReasons.beforeHeaders(thrown);
            }
        };
    }

    private UpstreamException noTls(IOException thrown) {
        IOException remembered = engine == null ? null : engine.failure();
        IOException known = remembered == null ? thrown : remembered;
        if (known instanceof SSLHandshakeException) {
            return FailureReasons.beforeHeaders(known);
        }
        SSLHandshakeException ended = new SSLHandshakeException("the handshake has ended");
        ended.initCause(known);
        return FailureReasons.beforeHeaders(ended);
    }

    private static UpstreamException noTunnel() {
        return new UpstreamException(Reason.CONNECT, "the proxy did not connect to the upstream", null);
    }

    private void received(ByteBuffer bytes) throws UpstreamException {
        if (reader.head() == null) {
            if (!reader.readHead(bytes)) {
                return;
            }
            UpstreamResponseHead answer = reader.head();
            if (answer == null) {
                return;
            }
            if (phase == Phase.TUNNEL) {
                tunnelled(answer, bytes);
                return;
            }
            begun(answer);
            if (over.get()) {
                return;
            }
            if (reader.complete()) {
                complete(bytes.hasRemaining());
                return;
            }
        }
        if (asked > 0) {
            deliver(bytes);
        } else {
            if (bytes.hasRemaining()) {
                held = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
            }
            suspend();
        }
    }

    private void tunnelled(UpstreamResponseHead answer, ByteBuffer bytes) throws UpstreamException {
        UpstreamConnection on = connection;
        if (answer.status() == PROXY_AUTHENTICATION_REQUIRED) {
            throw new UpstreamException(
                    Reason.PROXY_AUTHENTICATION, "the proxy on the way to the upstream asks for authentication", null);
        }
        if (answer.status() >= 300 || bytes.hasRemaining() || on == null) {
            throw noTunnel();
        }
        on.source().suspendReads();
        connection = null;
        handshake(on.stream());
    }

    private void begun(UpstreamResponseHead answer) throws UpstreamException {
        forgetRequest();
        String encoding = String.valueOf(answer.headers().getOrDefault("content-encoding", ""))
                .strip()
                .toLowerCase(Locale.ROOT);
        boolean plain = encoding.isEmpty() || encoding.equals("identity");
        inflater = plain ? null : BodyInflater.forEncoding(encoding);
        report(() -> listener.headers(inflater == null ? answer : decoded(answer)));
        if (!plain && inflater == null && !over.get()) {
            throw new UpstreamException(
                    Reason.PROTOCOL, "the upstream's answer has a content encoding that was not asked for", null);
        }
    }

    private static UpstreamResponseHead decoded(UpstreamResponseHead answer) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.remove("content-encoding");
        headers.remove("content-length");
        return new UpstreamResponseHead(answer.status(), headers);
    }

    /** It will not be sent again: a large request need not stay in memory while its answer comes. */
    private void forgetRequest() {
        if (written && reader.head() != null && phase == Phase.EXCHANGE) {
            request = null;
            body = new byte[0];
        }
    }

    private void deliver(ByteBuffer bytes) throws UpstreamException {
        List<ByteBuffer> read = reader.readBody(bytes);
        List<ByteBuffer> data = inflater == null || read.isEmpty() ? read : inflater.decode(read);
        if (!data.isEmpty()) {
            asked--;
            for (ByteBuffer part : data) {
                delivered += part.remaining();
            }
            report(() -> listener.bytes(data));
            if (over.get()) {
                return;
            }
        }
        if (reader.complete()) {
            complete(bytes.hasRemaining());
        } else if (asked == 0) {
            suspend();
        }
    }

    private void suspend() {
        if (connection != null) {
            connection.source().suspendReads();
        }
    }

    private void askedForMore() {
        if (over.get()) {
            return;
        }
        asked++;
        if (reporting) {
            return;
        }
        ByteBuffer waiting = held;
        held = null;
        if (waiting != null) {
            try {
                deliver(waiting);
            } catch (UpstreamException e) {
                failed(e);
            }
        }
        if (!over.get() && asked > 0 && connection != null) {
            connection.source().resumeReads();
        }
    }

    private void failed(UpstreamException failure) {
        if (over.get()) {
            return;
        }
        if (failure.reason() == Reason.NO_RESPONSE && pooled && !sentAgain) {
            LOG.debug("Sending again, for a pooled connection was closed");
            leave();
            sentAgain = true;
            connect();
        } else {
            fail(failure);
        }
    }

    private void complete(boolean extraBytes) {
        try {
            if (inflater != null) {
                inflater.end();
                inflater = null;
            }
        } catch (UpstreamException e) {
            fail(e);
            return;
        }
        if (!over.compareAndSet(false, true)) {
            return;
        }
        UpstreamConnection on = connection;
        connection = null;
        if (on != null) {
            if (reader.keepsAlive() && written && !extraBytes && !client.closed()) {
                client.idle().add(on);
            } else {
                on.close();
            }
        }
        client.ended(this);
        last(listener::end, light());
    }

    private void fail(UpstreamException failure) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        client.ended(this);
        leave();
        LOG.debug("Upstream call failed: {}, {}", failure.reason(), failure.getMessage());
        last(() -> listener.failure(failure), false);
    }

    private void leave() {
        stopConnectTimer();
        giveBack();
        IoFuture<StreamConnection> future = connecting;
        connecting = null;
        if (future != null) {
            future.cancel();
        }
        UpstreamConnection on = connection;
        connection = null;
        if (on != null) {
            on.close();
        }
        if (inflater != null) {
            inflater.close();
            inflater = null;
        }
        held = null;
    }

    private void stopConnectTimer() {
        if (connectTimer != null) {
            connectTimer.remove();
            connectTimer = null;
        }
    }

    private void report(Runnable report) {
        if (over.get()) {
            return;
        }
        reporting = true;
        try {
            report.run();
        } catch (RuntimeException | Error e) {
            LOG.error("An upstream listener failed", e);
            fail(new UpstreamException(Reason.OTHER, "the answer could not be handled", e));
        } finally {
            reporting = false;
        }
    }

    /**
     * The last report, here and now where it is light. What the engine does with the end of a long answer, or with a
     * failure, for which it may translate the request once more, takes too long for a thread that serves many clients.
     */
    private void last(Runnable report, boolean light) {
        Runnable told = () -> {
            if (cancelled) {
                return;
            }
            try {
                report.run();
            } catch (RuntimeException | Error e) {
                LOG.error("An upstream listener failed", e);
            }
        };
        if (light) {
            told.run();
            return;
        }
        try {
            thread.getWorker().execute(told);
        } catch (RejectedExecutionException e) {
            told.run();
        }
    }

    private boolean light() {
        UpstreamResponseHead answer = reader.head();
        if (answer == null || answer.status() >= 300 || delivered == 0) {
            return false;
        }
        String type = String.valueOf(answer.header("content-type"));
        return type.startsWith("text/event-stream") || delivered < LONG_ANSWER_BYTES;
    }

    private boolean secure() {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? HTTPS_PORT : HTTP_PORT;
    }

    /** An IPv6 address without its brackets. */
    private static String name(URI uri) {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
