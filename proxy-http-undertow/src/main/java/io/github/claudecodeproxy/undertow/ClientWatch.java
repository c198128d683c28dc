package io.github.claudecodeproxy.undertow;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.xnio.ChannelListener;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Notices that the client of one exchange has gone. Thread-safe.
 *
 * <p>Undertow does not read a connection while a request is being answered, so it does not see the end of it. Once
 * the body is read, this reads the socket below Undertow's layers. A client that only closes its own direction counts
 * as gone.
 */
final class ClientWatch implements ChannelListener<ConduitStreamSourceChannel>, ExchangeCompletionListener {

    private enum State {
        WATCHING,
        GONE,
        DONE
    }

    private final UndertowExchange exchange;
    private final HttpServerConnection connection;
    private final List<Runnable> callbacks = new ArrayList<>(1);
    private State state = State.WATCHING;

    ClientWatch(UndertowExchange exchange, HttpServerConnection connection) {
        this.exchange = exchange;
        this.connection = connection;
    }

    void onGone(Runnable callback) {
        synchronized (this) {
            if (state == State.WATCHING) {
                callbacks.add(callback);
            }
            if (state != State.GONE) {
                return;
            }
        }
        exchange.onWorker(callback);
    }

    /** Begins to read the socket; the request's body must have been read. */
    void arm() {
        exchange.onIoThread(this::armNow);
    }

    private void armNow() {
        // Bytes already read ahead belong to a next request: those after them must stay in the socket
        if (watching() && nothingReadAhead()) {
            connection.getChannel().getSourceChannel().setReadListener(this);
            connection.getOriginalSourceConduit().resumeReads();
        }
    }

    private boolean nothingReadAhead() {
        PooledByteBuffer ahead = connection.getExtraBytes();
        if (ahead == null) {
            return true;
        }
        if (skipEmptyLines(ahead.getBuffer())) {
            return false;
        }
        connection.setExtraBytes(null);
        ahead.close();
        return true;
    }

    /** Some clients end a body with a line break that is not part of it. Tells whether anything is behind it. */
    private static boolean skipEmptyLines(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte next = bytes.get(bytes.position());
            if (next != '\r' && next != '\n') {
                return true;
            }
            bytes.get();
        }
        return false;
    }

    private void disarm() {
        connection.getOriginalSourceConduit().suspendReads();
        connection.getChannel().getSourceChannel().setReadListener(null);
    }

    @Override
    public void handleEvent(ConduitStreamSourceChannel channel) {
        PooledByteBuffer buffer = connection.getByteBufferPool().allocate();
        boolean kept = false;
        try {
            int count = connection.getOriginalSourceConduit().read(buffer.getBuffer());
            if (count < 0) {
                lost();
            } else if (count > 0 && skipEmptyLines(buffer.getBuffer().flip())) {
                disarm();
                connection.ungetRequestBytes(buffer);
                kept = true;
            }
        } catch (IOException e) {
            lost();
        } finally {
            if (!kept) {
                buffer.close();
            }
        }
    }

    /** The client is gone: tells so and closes the connection. */
    void lost() {
        settle(State.GONE);
        exchange.close();
    }

    /** The end of the response is our own decision: nobody is told. */
    void done() {
        settle(State.DONE);
    }

    /** Runs before Undertow reads the next request, also when the connection broke. */
    @Override
    public void exchangeEvent(HttpServerExchange request, NextListener next) {
        boolean open = connection.isOpen();
        settle(open ? State.DONE : State.GONE);
        disarm();
        if (!open) {
            // Undertow would wait for the next request on it, and keep all of it in memory for as long
            request.setPersistent(false);
        }
        next.proceed();
    }

    synchronized boolean watching() {
        return state == State.WATCHING;
    }

    private void settle(State end) {
        List<Runnable> told;
        synchronized (this) {
            if (state != State.WATCHING) {
                return;
            }
            state = end;
            told = end == State.GONE ? List.copyOf(callbacks) : List.of();
            callbacks.clear();
        }
        told.forEach(exchange::onWorker);
    }
}
