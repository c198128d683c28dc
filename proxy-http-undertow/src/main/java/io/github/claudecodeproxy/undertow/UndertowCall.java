package io.github.claudecodeproxy.undertow;

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
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/** One call to an upstream, with its re-send if there is one. All of it runs on one I/O thread. */
final class UndertowCall implements UpstreamCall {

    private static final Logger LOG = LoggerFactory.getLogger(UndertowUpstreamClient.class);

    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final int MOST_READS = 16;
    private static final int LONG_ANSWER_BYTES = 64 * 1024;

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
    private final Target target;
    private final boolean secure;

    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean cancelled;
    private @Nullable UpstreamConnection used;
    private @Nullable UpstreamRequest request;
    private @Nullable InetSocketAddress proxy;
    private @Nullable UpstreamConnection connection;
    private @Nullable Connector connector;
    private Phase phase = Phase.EXCHANGE;
    private RequestBytes sending = RequestBytes.none();
    private ResponseReader reader = new ResponseReader(false);
    private @Nullable TlsLayer tls;
    private @Nullable BodyInflater inflater;
    private boolean started;
    private boolean pooled;
    private boolean sentAgain;
    private boolean reporting;
    private long delivered;
    private long asked;
    private @Nullable ByteBuffer held;

    /**
     * A call that does not run yet.
     *
     * @param target what the request is made to
     * @param used a connection of this thread that was used before; null for a new one
     */
    UndertowCall(
            UndertowUpstreamClient client,
            XnioIoThread thread,
            Target target,
            @Nullable UpstreamConnection used,
            UpstreamRequest request,
            UpstreamListener listener) {
        this.client = client;
        this.thread = thread;
        this.target = target;
        secure = target.secure();
        this.used = used;
        this.request = request;
        this.listener = listener;
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
        proxy = client.way().proxyTo(target.uri());
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
        Connector begun = new Connector(client, thread, this);
        connector = begun;
        if (proxy == null) {
            begun.connect(target.host(), target.port());
        } else {
            begun.connect(proxy.getHostString(), proxy.getPort());
        }
    }

    /** There is a connection, to the server or to the proxy. */
    void connected(StreamConnection stream) {
        if (over.get()) {
            IoUtils.safeClose(stream);
            return;
        }
        try {
            if (!secure) {
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
        TlsLayer layer = TlsLayer.over(stream, client.tls(), target);
        tls = layer;
        layer.handshake(this::agreed);
        begin(layer.connection(), Phase.HANDSHAKE);
    }

    private void agreed() {
        if (phase == Phase.HANDSHAKE) {
            phase = Phase.EXCHANGE;
            stopConnectTimer();
        }
    }

    private void begin(StreamConnection stream, Phase first) {
        phase = first;
        UpstreamConnection fresh = new UpstreamConnection(stream, target.origin(), this);
        connection = fresh;
        UpstreamRequest wanted = request;
        if (first == Phase.TUNNEL) {
            send(fresh, RequestBytes.tunnel(target, proxyCredentials()), new ResponseReader(true));
        } else if (wanted != null) {
            if (first == Phase.EXCHANGE) {
                stopConnectTimer();
            }
            exchange(fresh, wanted);
        }
    }

    private void exchange(UpstreamConnection on, UpstreamRequest wanted) {
        connection = on;
        boolean throughProxy = proxy != null && !secure;
        String credentials = throughProxy ? proxyCredentials() : null;
        send(on, RequestBytes.of(wanted, target, throughProxy, credentials), new ResponseReader(false));
    }

    private @Nullable String proxyCredentials() {
        return client.way().credentials(target.uri());
    }

    private void send(UpstreamConnection on, RequestBytes bytes, ResponseReader answer) {
        sending = bytes;
        reader = answer;
        on.source().resumeReads();
        writable();
    }

    /** Sends what is left of the request, as far as the socket takes it. */
    void writable() {
        UpstreamConnection on = connection;
        if (on == null || over.get() || sending.written()) {
            return;
        }
        try {
            if (sending.write(on.sink(), client.sendBuffers())) {
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
        try (PooledByteBuffer pooledBuffer = client.readBuffers().allocate()) {
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
                if (!secure) {
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
                IOException remembered = tls == null ? null : tls.failure();
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
        return tls == null ? FailureReasons.beforeHeaders(thrown) : tls.notAgreed(thrown);
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
        if (sending.written() && reader.head() != null && phase == Phase.EXCHANGE) {
            request = null;
            sending.forget();
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
            if (reader.keepsAlive() && sending.written() && !extraBytes && !client.closed()) {
                client.idle().add(on);
            } else {
                on.close();
            }
        }
        client.ended(this);
        last(listener::end, light());
    }

    /** The call ends with a failure, if it has not ended. */
    void fail(UpstreamException failure) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        client.ended(this);
        leave();
        LOG.debug("Upstream call failed: {}, {}", failure.reason(), failure.getMessage());
        last(() -> listener.failure(failure), false);
    }

    private void leave() {
        if (connector != null) {
            connector.stop();
            connector = null;
        }
        giveBack();
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
        if (connector != null) {
            connector.ready();
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
}
