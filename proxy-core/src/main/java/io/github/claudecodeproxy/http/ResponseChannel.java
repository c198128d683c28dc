package io.github.claudecodeproxy.http;

import java.nio.ByteBuffer;

/** The body of a streamed response. Used by one thread at a time. No method blocks or throws. */
public interface ResponseChannel {

    /**
     * Writes bytes and flushes them to the client. The adapter keeps what the socket does not take at once.
     *
     * @return true when all bytes have gone to the socket; false when some are still held, in which case the caller
     *     must not write again before it was told that the channel is writable
     */
    boolean write(ByteBuffer bytes);

    /** Ends the body as complete; what is held is sent first. No write may follow. */
    void end();

    /** Breaks the connection without completing the body. No write may follow. */
    void abort();
}
