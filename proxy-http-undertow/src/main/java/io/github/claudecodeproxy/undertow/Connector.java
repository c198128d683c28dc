package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.upstream.FailureReasons;
import io.github.claudecodeproxy.upstream.UpstreamException;
import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/**
 * Makes a connection for a call: looks for the address, connects, and watches the time until the connection can be used,
 * with its tunnel and TLS. All of it runs on the I/O thread of the call, and tells the call on this thread.
 */
final class Connector {

    /** What the system holds of an answer whose client is slow; by itself it takes megabytes for each. */
    private static final int RECEIVE_BUFFER_BYTES = 256 * 1024;

    private static final OptionMap PLAIN =
            OptionMap.create(Options.TCP_NODELAY, true, Options.RECEIVE_BUFFER, RECEIVE_BUFFER_BYTES);

    private final UndertowUpstreamClient client;
    private final XnioIoThread thread;
    private final UndertowCall call;
    private @Nullable IoFuture<StreamConnection> connecting;
    private XnioExecutor.@Nullable Key timer;
    private boolean stopped;

    Connector(UndertowUpstreamClient client, XnioIoThread thread, UndertowCall call) {
        this.client = client;
        this.thread = thread;
        this.call = call;
    }

    /** Begins. The call hears of a connection or of why there is none, unless this is stopped before. */
    void connect(String host, int port) {
        timer = thread.executeAfter(
                () -> call.run(this::takesTooLong), client.way().connect().toMillis(), TimeUnit.MILLISECONDS);
        client.resolve(
                host,
                address -> call.run(() -> connect(new InetSocketAddress(address, port))),
                () -> call.run(() -> call.fail(new UpstreamException(
                        Reason.UNKNOWN_HOST, "the upstream's host name does not resolve", null))));
    }

    private void connect(InetSocketAddress address) {
        if (stopped) {
            return;
        }
        IoFuture<StreamConnection> future = thread.openStreamConnection(address, this::connected, PLAIN);
        connecting = future;
        future.addNotifier(
                (result, unused) -> {
                    if (result.getStatus() == IoFuture.Status.FAILED) {
                        IOException thrown = result.getException();
                        call.run(() -> call.fail(notConnected(thrown)));
                    }
                },
                null);
    }

    private void connected(StreamConnection stream) {
        connecting = null;
        if (stopped) {
            IoUtils.safeClose(stream);
        } else {
            call.connected(stream);
        }
    }

    private static UpstreamException notConnected(IOException thrown) {
        UpstreamException failure = FailureReasons.beforeHeaders(thrown);
        return failure.reason() == Reason.NO_RESPONSE
                ? new UpstreamException(Reason.CONNECT, "the upstream could not be connected to", thrown)
                : failure;
    }

    private void takesTooLong() {
        timer = null;
        call.fail(new UpstreamException(
                Reason.CONNECT_TIMEOUT, "the connection to the upstream did not come about in time", null));
    }

    /** The connection can be used: no time runs any more. */
    void ready() {
        if (timer != null) {
            timer.remove();
            timer = null;
        }
    }

    /** No connection is wanted any more. */
    void stop() {
        stopped = true;
        ready();
        IoFuture<StreamConnection> future = connecting;
        connecting = null;
        if (future != null) {
            future.cancel();
        }
    }
}
