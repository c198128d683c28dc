package io.github.claudecodeproxy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * One answer being read: its head is there, its body comes piece by piece. Every reading method fails with an {@link
 * AssertionError} that shows what has come when its time is over. Not for use by several threads.
 */
public final class ResponseReader {

    private final TimedSocket socket;
    private final Duration limit;
    private final int status;
    private final HeaderList headers;
    private final HttpBody body;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private int consumed;

    private ResponseReader(TimedSocket socket, Duration limit, int status, HeaderList headers, HttpBody body) {
        this.socket = socket;
        this.limit = limit;
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** Reads one head, skipping interim answers. */
    static ResponseReader open(TimedSocket socket, HttpInput in, Duration limit, boolean bodyless) throws IOException {
        socket.limit(limit);
        try {
            String line = in.requiredLine();
            HeaderList headers = in.headers();
            while (line.startsWith("HTTP/1.1 1")) {
                line = in.requiredLine();
                headers = in.headers();
            }
            int status = status(line);
            boolean empty = bodyless || status == 204 || status == 304;
            HttpBody body = empty ? HttpBody.none(in) : HttpBody.ofResponse(in, headers);
            return new ResponseReader(socket, limit, status, headers, body);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no response head within " + limit, e);
        }
    }

    private static int status(String line) throws ProtocolException {
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw new ProtocolException("no status line: " + line);
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** All headers. */
    public HeaderList headers() {
        return headers;
    }

    /** Everything of the body that has been read so far, as UTF-8. */
    public String received() {
        return received.toString(StandardCharsets.UTF_8);
    }

    /** Reads on until this text has come, and gives what came since the last such call, the text included. */
    public String readUntil(String marker) throws IOException {
        return readUntil(marker, limit);
    }

    /**
     * Reads on until this text has come, and gives what came since the last such call, the text included.
     *
     * @throws AssertionError when it does not come in time, or the body ends before
     * @throws EOFException when the peer closed in mid-body
     */
    public String readUntil(String marker, Duration within) throws IOException {
        socket.limit(within);
        byte[] wanted = marker.getBytes(StandardCharsets.UTF_8);
        int end = indexAfter(wanted);
        while (end < 0) {
            if (!more(within)) {
                throw new AssertionError("the body ended without \"" + marker + "\": " + received());
            }
            end = indexAfter(wanted);
        }
        return take(end);
    }

    /**
     * Reads the rest of the body and gives it.
     *
     * @throws EOFException when the peer closed in mid-body
     * @throws SocketException when the peer reset the connection
     */
    public String readToEnd() throws IOException {
        socket.limit(limit);
        while (more(limit)) {
            // every piece is kept by the call
        }
        return take(received.size());
    }

    /** Reads the next piece of the body, of any size, and does not keep it; empty at the end. */
    public String next() throws IOException {
        socket.limit(limit);
        try {
            return new String(body.next(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing within " + limit, e);
        }
    }

    /** Reads the rest of the body and says whether it ended as its framing promised, rather than by a cut. */
    public boolean endsCleanly() throws IOException {
        try {
            readToEnd();
            return true;
        } catch (EOFException | SocketException e) {
            return false;
        }
    }

    private boolean more(Duration within) throws IOException {
        try {
            byte[] some = body.next();
            received.write(some);
            return some.length > 0;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("not within " + within + "; received: " + received(), e);
        }
    }

    private int indexAfter(byte[] wanted) {
        byte[] all = received.toByteArray();
        for (int at = consumed; at + wanted.length <= all.length; at++) {
            if (Arrays.equals(all, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at + wanted.length;
            }
        }
        return -1;
    }

    private String take(int end) {
        String text = new String(received.toByteArray(), consumed, end - consumed, StandardCharsets.UTF_8);
        consumed = end;
        return text;
    }
}
