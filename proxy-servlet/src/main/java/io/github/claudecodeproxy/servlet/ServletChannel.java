package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.http.ResponseChannel;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The body of one response. Writes to the container from the caller's thread while the container is ready; what it is not
 * ready for is held and written when it says so. Guarded by the exchange's lock; the caller's {@code writable} runs
 * outside it.
 */
final class ServletChannel implements ResponseChannel, WriteListener {

    private static final byte[] NOTHING = new byte[0];

    private final ServletExchange exchange;
    private final Runnable writable;

    private State state;
    private @Nullable ServletOutputStream sink;
    private byte[] held = NOTHING;
    private boolean flushed = true;
    private boolean ended;

    private @Nullable Future<?> timer;
    private long written;

    ServletChannel(ServletExchange exchange, Runnable writable) {
        this.exchange = exchange;
        this.writable = writable;
        state = State.WAITING;
    }

    private enum State {
        /** The container takes bytes. To WAITING when it has enough, to OVER with the end. */
        READY,
        /** The container will say when it takes bytes again, as it does at first. To READY then. */
        WAITING,
        /** Nothing can be sent any more: everything is accepted and dropped. */
        OVER
    }

    private enum Progress {
        /** All of it is with the container. */
        OUT,
        /** All of it is, and it was the last. */
        ENDED,
        /** Some is held until the container says that it is ready. */
        WAITS,
        /** The container takes no more. */
        LOST
    }

    /** Begins; the container says when it is ready for the first bytes. */
    void begin(ServletOutputStream out) {
        synchronized (exchange.lock) {
            if (state == State.OVER) {
                return;
            }
            sink = out;
            startTimer();
        }
        try {
            out.setWriteListener(this);
        } catch (RuntimeException e) {
            // the container has ended the request meanwhile
            exchange.failed();
        }
    }

    @Override
    public boolean write(ByteBuffer bytes) {
        Progress progress = Progress.WAITS;
        synchronized (exchange.lock) {
            if (state == State.OVER || ended) {
                return true;
            }
            hold(bytes);
            if (state == State.READY) {
                progress = pump();
            }
        }
        settle(progress);
        return progress != Progress.WAITS;
    }

    @Override
    public void end() {
        Progress progress = Progress.WAITS;
        synchronized (exchange.lock) {
            if (state == State.OVER || ended) {
                return;
            }
            ended = true;
            if (state == State.READY) {
                progress = pump();
            }
        }
        settle(progress);
    }

    @Override
    public void abort() {
        synchronized (exchange.lock) {
            if (state == State.OVER || ended) {
                return;
            }
            release();
        }
        exchange.breakOff();
    }

    @Override
    public void onWritePossible() {
        Progress progress;
        synchronized (exchange.lock) {
            if (state == State.OVER) {
                return;
            }
            state = State.READY;
            progress = pump();
        }
        settle(progress);
        if (progress == Progress.OUT) {
            exchange.guard(writable);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        exchange.lost();
    }

    /** Hands on what is held, and flushes. */
    private Progress pump() {
        ServletOutputStream out = sink;
        try {
            while (out != null && out.isReady()) {
                if (held.length > 0) {
                    byte[] next = held;
                    held = NOTHING;
                    flushed = false;
                    out.write(next);
                    written += next.length;
                } else if (!flushed) {
                    flushed = true;
                    out.flush();
                } else {
                    return allOut();
                }
            }
        } catch (IOException | RuntimeException e) {
            release();
            return Progress.LOST;
        }
        state = State.WAITING;
        startTimer();
        return Progress.WAITS;
    }

    private Progress allOut() {
        stopTimer();
        if (!ended) {
            return Progress.OUT;
        }
        release();
        return Progress.ENDED;
    }

    /** Tells the exchange, which then calls the container: never under its lock. */
    private void settle(Progress progress) {
        if (progress == Progress.ENDED) {
            exchange.responded();
        } else if (progress == Progress.LOST) {
            exchange.failed();
        }
    }

    /** Copied: the caller may use its buffer again, and some containers keep what they are given. */
    private void hold(ByteBuffer bytes) {
        byte[] more = new byte[held.length + bytes.remaining()];
        System.arraycopy(held, 0, more, 0, held.length);
        bytes.get(more, held.length, bytes.remaining());
        held = more;
    }

    /** The client is gone, or the exchange is over. */
    void release() {
        stopTimer();
        state = State.OVER;
        sink = null;
        held = NOTHING;
    }

    private void startTimer() {
        if (timer == null) {
            long before = written;
            timer = exchange.after(exchange.limits().write(), () -> checkProgress(before));
        }
    }

    private void checkProgress(long before) {
        synchronized (exchange.lock) {
            timer = null;
            if (state != State.WAITING) {
                return;
            }
            if (written > before) {
                startTimer();
                return;
            }
        }
        exchange.cut();
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
