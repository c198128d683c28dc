package io.github.claudecodeproxy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/** Reads one message body in whatever framing its headers announce. */
final class HttpBody {

    private enum Framing {
        FIXED,
        CHUNKED,
        UNTIL_CLOSE
    }

    private final HttpInput in;
    private final Framing framing;
    private long remaining;
    private boolean afterChunk;
    private boolean ended;

    private HttpBody(HttpInput in, Framing framing, long remaining) {
        this.in = in;
        this.framing = framing;
        this.remaining = remaining;
        this.ended = framing == Framing.FIXED && remaining == 0;
    }

    static HttpBody none(HttpInput in) {
        return new HttpBody(in, Framing.FIXED, 0);
    }

    /** The body of a request: without framing headers there is none. */
    static HttpBody ofRequest(HttpInput in, HeaderList headers) throws IOException {
        HttpBody framed = framed(in, headers);
        return framed != null ? framed : none(in);
    }

    /** The body of a response: without framing headers it ends with the connection. */
    static HttpBody ofResponse(HttpInput in, HeaderList headers) throws IOException {
        HttpBody framed = framed(in, headers);
        return framed != null ? framed : new HttpBody(in, Framing.UNTIL_CLOSE, Long.MAX_VALUE);
    }

    private static @Nullable HttpBody framed(HttpInput in, HeaderList headers) throws IOException {
        String length = headers.first("content-length");
        if ("chunked".equalsIgnoreCase(headers.first("transfer-encoding"))) {
            return new HttpBody(in, Framing.CHUNKED, 0);
        }
        return length == null ? null : new HttpBody(in, Framing.FIXED, number(length, 10));
    }

    /**
     * The next bytes of the body, empty when it has ended.
     *
     * @throws EOFException when the peer closed before the end that the framing promised
     */
    byte[] next() throws IOException {
        if (framing == Framing.CHUNKED && remaining == 0 && !ended) {
            chunkHead();
        }
        if (ended) {
            return new byte[0];
        }
        byte[] some = in.bytes(remaining);
        if (some.length == 0) {
            closed();
        }
        advance(some.length);
        return some;
    }

    byte[] all() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] some = next(); some.length > 0; some = next()) {
            all.write(some);
        }
        return all.toByteArray();
    }

    private void chunkHead() throws IOException {
        if (afterChunk && !in.requiredLine().isEmpty()) {
            throw new ProtocolException("chunk is longer than its size line says");
        }
        afterChunk = false;
        String size = in.requiredLine();
        int extension = size.indexOf(';');
        remaining = number(extension < 0 ? size : size.substring(0, extension), 16);
        if (remaining == 0) {
            in.headers();
            ended = true;
        }
    }

    private void advance(int count) {
        if (framing != Framing.UNTIL_CLOSE) {
            remaining -= count;
            afterChunk = framing == Framing.CHUNKED && remaining == 0;
            ended |= framing == Framing.FIXED && remaining == 0;
        }
    }

    private void closed() throws EOFException {
        if (framing != Framing.UNTIL_CLOSE) {
            throw new EOFException("peer closed, " + remaining + " bytes of the body or chunk are missing");
        }
        ended = true;
    }

    private static long number(String text, int radix) throws ProtocolException {
        try {
            return Long.parseUnsignedLong(text.strip(), radix);
        } catch (NumberFormatException e) {
            throw new ProtocolException("no length: " + text);
        }
    }
}
