package io.github.claudecodeproxy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One connection to a server under test, made of a socket: it can send what no HTTP library would, and leave at any
 * point. Each reading method gives up after {@link #LIMIT}. Not for use by several threads; no method takes or returns
 * null.
 */
public final class TestClient implements AutoCloseable {

    /** How long a client waits for anything. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private final Socket socket;
    private final OutputStream out;
    private final TimedSocket timed;
    private final HttpInput in;
    private boolean headOnly;

    private TestClient(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.timed = new TimedSocket(socket);
        this.in = new HttpInput(timed);
        socket.setTcpNoDelay(true);
    }

    /** Connects to a loopback port. */
    public static TestClient connect(int port) throws IOException {
        return new TestClient(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Connects to host and port of this URI. */
    public static TestClient connect(URI base) throws IOException {
        return new TestClient(new Socket(InetAddress.getByName(base.getHost()), base.getPort()));
    }

    /** Sends one request on a connection of its own and reads the whole answer. */
    public static Response call(URI base, String method, String target, HeaderList headers, String body)
            throws IOException {
        try (TestClient client = connect(base)) {
            return client.exchange(method, target, headers, body);
        }
    }

    /** Sends one request and reads the whole answer. */
    public Response exchange(String method, String target, HeaderList headers, String body) throws IOException {
        send(method, target, headers, body);
        ResponseReader reader = response();
        return new Response(reader.status(), reader.headers(), reader.readToEnd());
    }

    /** Sends one whole request; {@code Host} and {@code Content-Length} are added when missing. */
    public void send(String method, String target, HeaderList headers, String body) throws IOException {
        headOnly = method.equals("HEAD");
        sendRaw(encode(method, target, headers, body.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The bytes of one whole request; {@code Host} is added when missing, and {@code Content-Length} when there is a
     * body or a method that wants one and no header frames it.
     */
    public static byte[] encode(String method, String target, HeaderList headers, byte[] body) {
        HeaderList all = headers.has("host") ? headers : headers.with("Host", "localhost");
        boolean framed = headers.has("content-length") || headers.has("transfer-encoding");
        if (!framed && (body.length > 0 || method.equals("POST"))) {
            all = all.with("Content-Length", String.valueOf(body.length));
        }
        String head = method + " " + target + " HTTP/1.1\r\n" + all.wire() + "\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return request.toByteArray();
    }

    /** Sends exactly these bytes. */
    public void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Sends exactly this text as UTF-8. */
    public void sendRaw(String text) throws IOException {
        sendRaw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends exactly these bytes, so many to a write, each flushed. */
    public void sendSplit(byte[] bytes, int bytesPerWrite) throws IOException {
        for (int from = 0; from < bytes.length; from += bytesPerWrite) {
            out.write(bytes, from, Math.min(bytesPerWrite, bytes.length - from));
            out.flush();
        }
    }

    /**
     * Reads the head of the next answer.
     *
     * @throws AssertionError when it does not come in time
     * @throws IOException when the peer closes, or sends something else
     */
    public ResponseReader response() throws IOException {
        return ResponseReader.open(timed, in, LIMIT, headOnly);
    }

    /**
     * Reads everything until the peer closes, head and framing included, as ISO 8859-1.
     *
     * @throws AssertionError when it does not close in time
     */
    public String readRawToEnd() throws IOException {
        timed.limit(LIMIT);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (byte[] some = in.bytes(Long.MAX_VALUE); some.length > 0; some = in.bytes(Long.MAX_VALUE)) {
                all.write(some);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the peer has not closed within " + LIMIT + "; received: " + all, e);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /**
     * Waits until the peer closes or resets the connection, dropping what it still sends.
     *
     * @throws AssertionError when it does not in time
     */
    public void awaitClosed() throws IOException {
        try {
            readRawToEnd();
        } catch (SocketException e) {
            socket.close();
        }
    }

    /** Sends FIN and stays able to read. */
    public void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Resets the connection. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Closes the connection. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
