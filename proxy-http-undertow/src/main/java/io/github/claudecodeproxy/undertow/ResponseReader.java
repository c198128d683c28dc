package io.github.claudecodeproxy.undertow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.claudecodeproxy.upstream.UpstreamException;
import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one response of HTTP/1.1 from bytes as they come. Used by one thread at a time. */
final class ResponseReader {

    private static final int MOST_HEADER_BYTES = 384 << 10;
    private static final int MOST_INTERIM = 8;
    private static final int LONGEST_CHUNK_LINE = 4 << 10;
    private static final int MOST_CHUNK_DIGITS = 15;
    private static final long UNTIL_CLOSE = -1;
    private static final int SWITCHING_PROTOCOLS = 101;

    private final boolean toConnect;

    private enum State {
        HEAD,
        BODY,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS,
        COMPLETE
    }

    private State state = State.HEAD;
    private byte[] line = new byte[256];
    private int lineLength;
    private int sectionBytes;
    private int interim;
    private int status;
    private boolean begun;
    private boolean keepAlive;
    private @Nullable String lastName;
    private Map<String, String> headers = new HashMap<>();
    private @Nullable String transferEncoding;
    private @Nullable String contentLength;
    private String connection = "";
    private long remaining;
    private int digits;
    private boolean chunkExtension;
    private boolean carriageReturn;
    private @Nullable UpstreamResponseHead head;

    /**
     * A reader of one response.
     *
     * @param toConnect whether it answers a {@code CONNECT}, so that no body follows if all is well
     */
    ResponseReader(boolean toConnect) {
        this.toConnect = toConnect;
    }

    /** Whether a byte has come. */
    boolean begun() {
        return begun;
    }

    /** Status and headers, once they are whole. */
    @Nullable
    UpstreamResponseHead head() {
        return head;
    }

    boolean complete() {
        return state == State.COMPLETE;
    }

    /** Whether another request may follow on the connection. */
    boolean keepsAlive() {
        return keepAlive && state == State.COMPLETE;
    }

    /** Reads on within the head; true once it is whole. What is behind it stays in the buffer. */
    boolean readHead(ByteBuffer bytes) throws UpstreamException {
        begun |= bytes.hasRemaining();
        while (bytes.hasRemaining()) {
            if (!readLine(bytes, MOST_HEADER_BYTES)) {
                continue;
            }
            if (status == 0) {
                statusLine(text());
            } else if (lineLength > 0) {
                headerLine(text());
            } else if (endOfHead()) {
                return true;
            }
            lineLength = 0;
        }
        return false;
    }

    /** Takes all bytes that there are, and returns what of them is the body; what is behind it stays in the buffer. */
    List<ByteBuffer> readBody(ByteBuffer bytes) throws UpstreamException {
        List<ByteBuffer> data = new ArrayList<>(2);
        while (bytes.hasRemaining() && state != State.COMPLETE) {
            switch (state) {
                case BODY -> body(bytes, data);
                case CHUNK_SIZE -> chunkSize(bytes);
                case CHUNK_DATA -> chunkData(bytes, data);
                case CHUNK_END -> chunkEnd(bytes);
                case TRAILERS -> trailers(bytes);
                default -> throw new IllegalStateException("no body is due");
            }
        }
        return data;
    }

    /** The server has closed the connection. */
    void end() throws UpstreamException {
        if (!begun) {
            throw new UpstreamException(
                    Reason.NO_RESPONSE, "the upstream closed the connection without an answer", null);
        }
        if (head == null) {
            throw new UpstreamException(
                    Reason.TRUNCATED, "the upstream closed the connection within its response headers", null);
        }
        if (state != State.BODY || remaining != UNTIL_CLOSE) {
            throw new UpstreamException(Reason.TRUNCATED, "the upstream closed the connection within its answer", null);
        }
        state = State.COMPLETE;
        keepAlive = false;
    }

    private boolean readLine(ByteBuffer bytes, int most) throws UpstreamException {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (++sectionBytes > most) {
                throw notHttp();
            }
            if (next == '\n') {
                if (lineLength > 0 && line[lineLength - 1] == '\r') {
                    lineLength--;
                }
                return true;
            }
            if (lineLength == line.length) {
                line = Arrays.copyOf(line, 2 * lineLength);
            }
            line[lineLength++] = next;
        }
        return false;
    }

    private String text() {
        return new String(line, 0, lineLength, ISO_8859_1);
    }

    private void statusLine(String text) throws UpstreamException {
        boolean valid = text.length() >= 12
                && text.startsWith("HTTP/1.")
                && (text.charAt(7) == '1' || text.charAt(7) == '0')
                && text.charAt(8) == ' '
                && (text.length() == 12 || text.charAt(12) == ' ');
        if (!valid) {
            throw notHttp();
        }
        for (int i = 9; i < 12; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                throw notHttp();
            }
            status = 10 * status + digit - '0';
        }
        if (status < 100) {
            throw notHttp();
        }
        keepAlive = text.charAt(7) == '1';
    }

    private void headerLine(String text) throws UpstreamException {
        char first = text.charAt(0);
        if (first == ' ' || first == '\t') {
            if (lastName == null) {
                throw notHttp();
            }
            headers.merge(lastName, text.strip(), (before, more) -> before + " " + more);
            return;
        }
        int colon = text.indexOf(':');
        if (colon <= 0) {
            throw notHttp();
        }
        String name = text.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        String value = text.substring(colon + 1).strip();
        headers.put(name, value);
        lastName = name;
        switch (name) {
            case "transfer-encoding" ->
                transferEncoding = transferEncoding == null ? value : transferEncoding + "," + value;
            case "content-length" -> {
                if (contentLength != null && !contentLength.equals(value)) {
                    throw notHttp();
                }
                contentLength = value;
            }
            case "connection" -> connection += "," + value.toLowerCase(Locale.ROOT);
            default -> {}
        }
    }

    private boolean endOfHead() throws UpstreamException {
        if (status < 200 && status != SWITCHING_PROTOCOLS) {
            if (++interim > MOST_INTERIM) {
                throw notHttp();
            }
            status = 0;
            headers = new HashMap<>();
            transferEncoding = null;
            contentLength = null;
            connection = "";
            lastName = null;
            return false;
        }
        head = new UpstreamResponseHead(status, headers);
        keepAlive &= !connection.contains("close") && status != SWITCHING_PROTOCOLS;
        lineLength = 0;
        sectionBytes = 0;
        if (bodyless()) {
            state = State.COMPLETE;
        } else if (transferEncoding != null) {
            if (!transferEncoding.strip().equalsIgnoreCase("chunked")) {
                throw notHttp();
            }
            keepAlive &= contentLength == null;
            state = State.CHUNK_SIZE;
        } else {
            remaining = contentLength == null ? UNTIL_CLOSE : length(contentLength);
            state = remaining == 0 ? State.COMPLETE : State.BODY;
        }
        return true;
    }

    private boolean bodyless() {
        return status == 204 || status == 304 || status == SWITCHING_PROTOCOLS || (toConnect && status < 300);
    }

    private static long length(String value) throws UpstreamException {
        if (value.isEmpty() || value.length() > 18 || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw notHttp();
        }
        return Long.parseLong(value);
    }

    private void body(ByteBuffer bytes, List<ByteBuffer> data) {
        if (remaining == UNTIL_CLOSE) {
            data.add(take(bytes, bytes.remaining()));
            return;
        }
        int count = (int) Math.min(remaining, bytes.remaining());
        data.add(take(bytes, count));
        remaining -= count;
        if (remaining == 0) {
            state = State.COMPLETE;
        }
    }

    /** Most pieces of a stream are a chunk, so its line is read without being kept. */
    private void chunkSize(ByteBuffer bytes) throws UpstreamException {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (++sectionBytes > LONGEST_CHUNK_LINE) {
                throw notHttp();
            }
            if (next == '\n') {
                beginChunk();
                return;
            }
            if (!chunkExtension) {
                chunkDigit(next);
            }
        }
    }

    private void chunkDigit(byte next) throws UpstreamException {
        int digit = Character.digit(next, 16);
        boolean valid = !carriageReturn && (digit >= 0 ? digits < MOST_CHUNK_DIGITS : digits > 0);
        if (valid && digit >= 0) {
            remaining = 16 * remaining + digit;
            digits++;
        } else if (valid && next == '\r') {
            carriageReturn = true;
        } else if (valid && (next == ';' || next == ' ' || next == '\t')) {
            chunkExtension = true;
        } else {
            throw notHttp();
        }
    }

    private void beginChunk() throws UpstreamException {
        if (digits == 0) {
            throw notHttp();
        }
        state = remaining == 0 ? State.TRAILERS : State.CHUNK_DATA;
        digits = 0;
        chunkExtension = false;
        carriageReturn = false;
        sectionBytes = 0;
    }

    private void chunkData(ByteBuffer bytes, List<ByteBuffer> data) {
        int count = (int) Math.min(remaining, bytes.remaining());
        data.add(take(bytes, count));
        remaining -= count;
        if (remaining == 0) {
            state = State.CHUNK_END;
        }
    }

    private void chunkEnd(ByteBuffer bytes) throws UpstreamException {
        byte next = bytes.get();
        if (next == '\n') {
            carriageReturn = false;
            state = State.CHUNK_SIZE;
        } else if (next == '\r' && !carriageReturn) {
            carriageReturn = true;
        } else {
            throw notHttp();
        }
    }

    private void trailers(ByteBuffer bytes) throws UpstreamException {
        if (readLine(bytes, MOST_HEADER_BYTES)) {
            if (lineLength == 0) {
                state = State.COMPLETE;
            }
            lineLength = 0;
        }
    }

    private static ByteBuffer take(ByteBuffer bytes, int count) {
        ByteBuffer taken = bytes.slice(bytes.position(), count);
        bytes.position(bytes.position() + count);
        return taken;
    }

    private static UpstreamException notHttp() {
        return new UpstreamException(Reason.PROTOCOL, "the upstream's answer is not valid HTTP", null);
    }
}
