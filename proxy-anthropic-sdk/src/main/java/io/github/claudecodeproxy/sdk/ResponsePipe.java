package io.github.claudecodeproxy.sdk;

import io.github.claudecodeproxy.http.ResponseChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a streamed response: the engine writes, which never blocks, and the application reads, which does. A reader
 * that is behind by {@link #MOST} bytes makes the writer wait.
 */
final class ResponsePipe implements ResponseChannel {

    private static final int MOST = 64 * 1024;

    private final SdkExchange exchange;
    private final Runnable writable;
    private final Duration patience;
    private final long begun;
    private final long most;
    private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
    private final Input input = new Input();

    private State state = State.OPEN;
    private long held;
    private boolean blocked;

    /**
     * A pipe.
     *
     * @param writable run by the reader when the writer may go on
     * @param patience how long a reader waits for the next byte; zero for ever
     * @param begun when the call began, by {@link System#nanoTime}
     * @param most nanoseconds that the whole call may take
     */
    ResponsePipe(SdkExchange exchange, Runnable writable, Duration patience, long begun, long most) {
        this.exchange = exchange;
        this.writable = writable;
        this.patience = patience;
        this.begun = begun;
        this.most = most;
    }

    private enum State {
        /** More may come. To ENDED, BROKEN or CLOSED. */
        OPEN,
        /** All has been written, and is read to its end. To CLOSED. */
        ENDED,
        /** The writer gave up: the reader fails. To CLOSED. */
        BROKEN,
        /** The reader gave up, or is done: what is written is dropped. */
        CLOSED
    }

    InputStream input() {
        return input;
    }

    @Override
    public synchronized boolean write(ByteBuffer bytes) {
        if (state != State.OPEN) {
            return true;
        }
        // Copied: the writer may use its buffer again
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        held += copy.remaining();
        pieces.add(copy);
        notifyAll();
        blocked = held > MOST;
        return !blocked;
    }

    @Override
    public void end() {
        exchange.ended();
        become(State.ENDED);
    }

    @Override
    public void abort() {
        exchange.ended();
        become(State.BROKEN);
    }

    private synchronized void become(State next) {
        if (state == State.OPEN) {
            state = next;
            notifyAll();
        }
    }

    private int read(byte[] into, int offset, int length) throws IOException {
        int count;
        boolean tell;
        synchronized (this) {
            ByteBuffer next = await();
            if (next == null) {
                return -1;
            }
            count = Math.min(length, next.remaining());
            next.get(into, offset, count);
            if (!next.hasRemaining()) {
                pieces.remove();
            }
            held -= count;
            tell = blocked && held <= MOST / 2;
            blocked = blocked && !tell;
        }
        if (tell) {
            writable.run();
        }
        return count;
    }

    /** The next bytes; null at the end. */
    private @Nullable ByteBuffer await() throws IOException {
        long asked = System.nanoTime();
        while (state == State.OPEN && (pieces.isEmpty() || left(begun, most) <= 0)) {
            long forNext = patience.isZero() ? Long.MAX_VALUE : left(asked, patience.toNanos());
            long left = Math.min(forNext, left(begun, most));
            if (left <= 0) {
                throw new InterruptedIOException("timeout");
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
        if (state == State.CLOSED) {
            throw new IOException("the response is closed");
        }
        if (pieces.isEmpty() && state == State.BROKEN) {
            throw new IOException("the answer was broken off");
        }
        return pieces.peek();
    }

    private static long left(long since, long nanos) {
        return nanos - (System.nanoTime() - since);
    }

    private void closeInput() {
        synchronized (this) {
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
            pieces.clear();
            held = 0;
            notifyAll();
        }
        exchange.leave();
    }

    /** What the application reads. */
    private final class Input extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return length == 0 ? 0 : ResponsePipe.this.read(into, offset, length);
        }

        @Override
        public void close() {
            closeInput();
        }
    }
}
