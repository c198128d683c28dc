package io.github.claudecodeproxy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a reply is played on: the sending half of one connection. */
final class ReplyOutput {

    private static final byte[] CRLF = {'\r', '\n'};

    private final OutputStream out;
    private final CountDownLatch peerGone;
    private final boolean chunked;
    private int bytesPerWrite = Integer.MAX_VALUE;

    ReplyOutput(OutputStream out, CountDownLatch peerGone, boolean chunked) {
        this.out = out;
        this.peerGone = peerGone;
        this.chunked = chunked;
    }

    /** From here on, bytes of the body go out in pieces of this size, each flushed. */
    void split(int size) {
        bytesPerWrite = size;
    }

    /** Writes bytes outside any transfer coding. */
    void plain(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Writes bytes of the body. */
    void body(byte[] bytes) throws IOException {
        int from = 0;
        while (from < bytes.length) {
            int size = Math.min(bytesPerWrite, bytes.length - from);
            plain(chunked ? chunk(bytes, from, size) : copy(bytes, from, size));
            from += size;
        }
    }

    /** Ends the body. */
    void end() throws IOException {
        if (chunked) {
            plain("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static byte[] chunk(byte[] bytes, int from, int size) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(size + 16);
        chunk.write(Integer.toHexString(size).getBytes(StandardCharsets.US_ASCII));
        chunk.write(CRLF);
        chunk.write(bytes, from, size);
        chunk.write(CRLF);
        return chunk.toByteArray();
    }

    private static byte[] copy(byte[] bytes, int from, int size) {
        return Arrays.copyOfRange(bytes, from, from + size);
    }

    /** Waits for the latch; gives up when the peer leaves first. */
    void await(CountDownLatch latch) throws IOException, InterruptedException {
        while (!latch.await(5, TimeUnit.MILLISECONDS)) {
            if (peerGone.getCount() == 0) {
                throw new IOException("the peer left during a pause");
            }
        }
    }

    /** Waits this long; gives up when the peer leaves first. */
    void await(long millis) throws IOException, InterruptedException {
        if (peerGone.await(millis, TimeUnit.MILLISECONDS)) {
            throw new IOException("the peer left during a pause");
        }
    }
}
