package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.http.ResponseChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSinkChannel;

/**
 * The body of one response. Writes straight to the socket from the caller's thread; what the socket does not take is
 * held and sent by the I/O thread. Guarded by the exchange's lock; the caller's {@code writable} runs outside it.
 */
final class UndertowChannel implements ResponseChannel, ChannelListener<StreamSinkChannel> {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final UndertowExchange exchange;
    private final Limits limits;
    private final Runnable writable;

    /** Null when nothing can be sent any more: then everything is accepted and dropped. */
    private @Nullable StreamSinkChannel sink;

    private ByteBuffer held = NOTHING;
    private boolean waiting;
    private boolean ended;

    private XnioExecutor.@Nullable Key timer;
    private boolean progress;

    UndertowChannel(UndertowExchange exchange, @Nullable StreamSinkChannel sink, Limits limits, Runnable writable) {
        this.exchange = exchange;
        this.sink = sink;
        this.limits = limits;
        this.writable = writable;
    }

    @Override
    public boolean write(ByteBuffer bytes) {
        synchronized (exchange.lock) {
            StreamSinkChannel open = sink;
            if (open == null || ended) {
                return true;
            }
            try {
                if (!waiting && send(open, bytes)) {
                    return true;
                }
                hold(bytes);
                await(open);
                return false;
            } catch (IOException e) {
                lost();
                return true;
            }
        }
    }

    @Override
    public void end() {
        synchronized (exchange.lock) {
            if (sink != null && !ended) {
                ended = true;
                // Completing an exchange off its I/O thread would race with the reading of the next request
                exchange.onIoThread(this::finish);
            }
        }
    }

    @Override
    public void abort() {
        synchronized (exchange.lock) {
            if (sink != null && !ended) {
                release();
                exchange.breakOff();
            }
        }
    }

    private void finish() {
        synchronized (exchange.lock) {
            StreamSinkChannel open = sink;
            if (open != null && !waiting) {
                complete(open);
            }
        }
    }

    @Override
    public void handleEvent(StreamSinkChannel channel) {
        boolean tell;
        synchronized (exchange.lock) {
            StreamSinkChannel open = sink;
            if (open == null) {
                channel.suspendWrites();
                return;
            }
            tell = flushHeld(open) && !ended;
        }
        if (tell) {
            exchange.guard(writable);
        }
    }

    private boolean flushHeld(StreamSinkChannel open) {
        try {
            if (!send(open, held)) {
                return false;
            }
        } catch (IOException e) {
            lost();
            return false;
        }
        held = NOTHING;
        waiting = false;
        stopTimer();
        open.suspendWrites();
        if (ended) {
            complete(open);
        }
        return true;
    }

    private boolean send(StreamSinkChannel open, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (open.write(bytes) == 0) {
                return false;
            }
            progress = true;
        }
        return open.flush();
    }

    private void hold(ByteBuffer bytes) {
        ByteBuffer more = ByteBuffer.allocate(held.remaining() + bytes.remaining());
        held = more.put(held).put(bytes).flip();
    }

    private void await(StreamSinkChannel open) {
        waiting = true;
        startTimer();
        open.getWriteSetter().set(this);
        open.resumeWrites();
    }

    private void complete(StreamSinkChannel open) {
        try {
            open.shutdownWrites();
            if (!open.flush()) {
                await(open);
                return;
            }
        } catch (IOException e) {
            lost();
            return;
        }
        release();
        exchange.responded();
    }

    private void lost() {
        release();
        exchange.clientLost();
    }

    private void release() {
        stopTimer();
        sink = null;
        held = NOTHING;
    }

    private void startTimer() {
        if (timer == null) {
            progress = false;
            timer = exchange.after(limits.write(), this::checkProgress);
        }
    }

    private void checkProgress() {
        synchronized (exchange.lock) {
            timer = null;
            if (sink == null || !waiting) {
                return;
            }
            if (progress) {
                startTimer();
            } else {
                lost();
            }
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.remove();
            timer = null;
        }
    }
}
