package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.http.BodyBuffer;
import io.github.claudecodeproxy.http.Exchange.BodyReceiver;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;

/** Reads the body of one request without blocking. One thread at a time: the caller's, then the I/O thread. */
final class BodyReader implements ChannelListener<StreamSourceChannel> {

    private static final int MOST_READS = 16;

    private final UndertowExchange exchange;
    private final HttpServerExchange request;
    private final Limits limits;

    private @Nullable StreamSourceChannel source;
    private boolean begun;
    private @Nullable BodyReceiver receiver;
    private @Nullable BodyBuffer kept;

    private XnioExecutor.@Nullable Key timer;
    private int lengthAtTimer;

    BodyReader(UndertowExchange exchange, HttpServerExchange request, Limits limits) {
        this.exchange = exchange;
        this.request = request;
        this.limits = limits;
    }

    void read(int mostBytes, BodyReceiver told) {
        if (begun) {
            throw new IllegalStateException("the body is read once");
        }
        begun = true;
        receiver = told;
        BodyBuffer body = new BodyBuffer(mostBytes, request.getRequestContentLength(), told);
        kept = body;
        if (!body.fits()) {
            tell(BodyReceiver::tooLarge);
        } else if (!exchange.watching()) {
            tell(BodyReceiver::failed);
        } else if (HttpContinue.requiresContinueResponse(request)) {
            HttpContinue.sendContinueResponse(request, new ContinueSent());
        } else {
            begin();
        }
    }

    /** Reads and forgets what is left, so that the client is not reset while it still sends. */
    void discard() {
        receiver = null;
        kept = null;
        stopTimer();
        timer = exchange.after(limits.rest(), exchange::close);
        begin();
    }

    private void begin() {
        StreamSourceChannel channel = source == null ? request.getRequestChannel() : source;
        source = channel;
        handleEvent(channel);
    }

    @Override
    public void handleEvent(StreamSourceChannel channel) {
        try (PooledByteBuffer buffer =
                request.getConnection().getByteBufferPool().allocate()) {
            pump(channel, buffer.getBuffer());
        } catch (IOException e) {
            stop(channel);
            tell(BodyReceiver::failed);
            exchange.clientLost();
        }
    }

    private void pump(StreamSourceChannel channel, ByteBuffer buffer) throws IOException {
        int count;
        for (int reads = 0; (count = channel.read(buffer.clear())) > 0; reads++) {
            if (kept != null && !kept.add(buffer.flip())) {
                stop(channel);
                tell(BodyReceiver::tooLarge);
                return;
            }
            if (reads == MOST_READS) {
                // Others wait for this thread, too
                exchange.onIoThread(() -> handleEvent(channel));
                return;
            }
        }
        if (count < 0) {
            complete();
        } else {
            awaitMore(channel);
        }
    }

    private void complete() {
        stopTimer();
        BodyBuffer body = kept;
        kept = null;
        if (receiver == null || body == null) {
            return;
        }
        byte[] whole = body.take();
        // A connection that is closed while we read looks like the end of the body
        if (exchange.watching()) {
            exchange.watch();
            tell(told -> told.body(whole));
        } else {
            tell(BodyReceiver::failed);
        }
    }

    private void awaitMore(StreamSourceChannel channel) {
        if (timer == null) {
            lengthAtTimer = length();
            timer = exchange.after(limits.body(), this::checkProgress);
        }
        channel.getReadSetter().set(this);
        channel.resumeReads();
    }

    private void checkProgress() {
        timer = null;
        StreamSourceChannel channel = source;
        if (channel == null) {
            return;
        }
        if (length() - lengthAtTimer < limits.bodyBytesPerWindow()) {
            stop(channel);
            tell(BodyReceiver::failed);
        } else {
            awaitMore(channel);
        }
    }

    private int length() {
        return kept == null ? 0 : kept.length();
    }

    private void stop(StreamSourceChannel channel) {
        stopTimer();
        channel.suspendReads();
        channel.getReadSetter().set(null);
        kept = null;
    }

    private void stopTimer() {
        if (timer != null) {
            timer.remove();
            timer = null;
        }
    }

    private void tell(Consumer<BodyReceiver> outcome) {
        BodyReceiver told = receiver;
        receiver = null;
        if (told != null) {
            exchange.deliver(() -> outcome.accept(told));
        }
    }

    /** The client, which waited for our consent, may send its body now. */
    private final class ContinueSent implements IoCallback {

        @Override
        public void onComplete(HttpServerExchange same, @Nullable Sender sender) {
            begin();
        }

        @Override
        public void onException(HttpServerExchange same, @Nullable Sender sender, IOException exception) {
            tell(BodyReceiver::failed);
            exchange.clientLost();
        }
    }
}
