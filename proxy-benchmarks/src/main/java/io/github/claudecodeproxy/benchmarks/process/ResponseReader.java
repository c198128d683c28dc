package io.github.claudecodeproxy.benchmarks.process;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads HTTP responses that come in pieces: head, then a body with a length or in chunks. Used by one thread. */
final class ResponseReader {

    /** Told of the body. */
    interface Body {
        void bytes(ByteBuffer bytes);
    }

    private enum At {
        HEAD,
        LENGTH,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        DONE
    }

    private final StringBuilder line = new StringBuilder();
    private At at = At.HEAD;
    private int status;
    private long left;

    /** Makes ready for the next response. */
    void reset() {
        at = At.HEAD;
        line.setLength(0);
        status = 0;
    }

    int status() {
        return status;
    }

    /** Takes bytes in; whether the response is complete. Bytes after it stay in the buffer. */
    boolean read(ByteBuffer in, Body body) {
        while (in.hasRemaining() && at != At.DONE) {
            switch (at) {
                case HEAD -> head((char) in.get());
                case LENGTH -> {
                    body(in, body);
                    if (left == 0) {
                        at = At.DONE;
                    }
                }
                case CHUNK_SIZE -> {
                    char next = (char) in.get();
                    if (next == '\n') {
                        left = Long.parseLong(line.toString().trim(), 16);
                        line.setLength(0);
                        at = left == 0 ? At.TRAILER : At.CHUNK;
                    } else {
                        line.append(next);
                    }
                }
                case CHUNK -> {
                    body(in, body);
                    if (left == 0) {
                        at = At.CHUNK_END;
                    }
                }
                case CHUNK_END -> {
                    if (in.get() == '\n') {
                        at = At.CHUNK_SIZE;
                    }
                }
                case TRAILER -> {
                    if (in.get() == '\n') {
                        at = At.DONE;
                    }
                }
                case DONE -> throw new IllegalStateException("the loop ends before");
            }
        }
        return at == At.DONE;
    }

    private void body(ByteBuffer in, Body body) {
        int count = (int) Math.min(left, in.remaining());
        ByteBuffer part = in.slice(in.position(), count);
        in.position(in.position() + count);
        left -= count;
        body.bytes(part);
    }

    private void head(char next) {
        line.append(next);
        int length = line.length();
        if (next != '\n' || length < 4 || line.charAt(length - 3) != '\n') {
            return;
        }
        String head = line.toString().toLowerCase(Locale.ROOT);
        line.setLength(0);
        status = Integer.parseInt(head.substring(9, 12));
        int length0 = head.indexOf("\ncontent-length:");
        if (length0 >= 0) {
            int start = length0 + "\ncontent-length:".length();
            left = Long.parseLong(
                    head.substring(start, head.indexOf('\r', start)).trim());
            at = left == 0 ? At.DONE : At.LENGTH;
        } else if (head.contains("\ntransfer-encoding:")) {
            at = At.CHUNK_SIZE;
        } else {
            throw new IllegalStateException("a response without a length: " + head);
        }
    }

    /** A request as bytes. */
    static ByteBuffer request(String path, byte[] body) {
        byte[] head = String.join(
                        "\r\n",
                        "POST " + path + " HTTP/1.1",
                        "Host: 127.0.0.1",
                        "Content-Type: application/json",
                        "anthropic-version: 2023-06-01",
                        "Accept: */*",
                        "User-Agent: load",
                        "Content-Length: " + body.length,
                        "",
                        "")
                .getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(head.length + body.length)
                .put(head)
                .put(body)
                .flip()
                .asReadOnlyBuffer();
    }
}
