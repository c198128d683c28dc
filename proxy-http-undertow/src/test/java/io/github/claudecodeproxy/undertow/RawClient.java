package io.github.claudecodeproxy.undertow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends the bytes it is told to and reads answers without mercy for bad framing. */
final class RawClient implements AutoCloseable {

    record Answer(int status, Map<String, String> headers, String body) {}

    private final Socket socket;
    private final InputStream in;

    RawClient(UndertowProxy proxy) throws IOException {
        this(proxy.address());
    }

    RawClient(InetSocketAddress address) throws IOException {
        this(address, 0);
    }

    RawClient(UndertowProxy proxy, int receiveBuffer) throws IOException {
        this(proxy.address(), receiveBuffer);
    }

    private RawClient(InetSocketAddress address, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        socket.connect(address);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    RawClient get(String target) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    RawClient post(String body) throws IOException {
        return send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    Answer answer() throws IOException {
        Head head = head();
        return new Answer(head.status, head.headers, body(head));
    }

    Answer answerToHead() throws IOException {
        Head head = head();
        return new Answer(head.status, head.headers, "");
    }

    record Head(int status, Map<String, String> headers) {}

    Head head() throws IOException {
        int status = Integer.parseInt(line().substring(9, 12));
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        return new Head(status, headers);
    }

    private String body(Head head) throws IOException {
        if ("chunked".equals(head.headers.get("transfer-encoding"))) {
            StringBuilder body = new StringBuilder();
            for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
                body.append(chunk);
            }
            return body.toString();
        }
        String length = head.headers.get("content-length");
        return length == null ? new String(in.readAllBytes(), ISO_8859_1) : read(Integer.parseInt(length));
    }

    /** The next chunk; empty for the last. */
    String chunk() throws IOException {
        String data = read(Integer.parseInt(line(), 16));
        if (!line().isEmpty()) {
            throw new IOException("chunk not closed by an empty line");
        }
        return data;
    }

    String read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        return new String(bytes, ISO_8859_1);
    }

    /** Everything up to the end of the connection; a reset is an end. */
    String rest() throws IOException {
        StringBuilder rest = new StringBuilder();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                rest.append((char) next);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection stays open, after: " + rest, e);
        } catch (SocketException reset) {
            return rest.toString();
        }
        return rest.toString();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int next;
        while ((next = in.read()) != '\n') {
            if (next < 0) {
                throw new EOFException();
            }
            line.append((char) next);
        }
        if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
            throw new IOException("line not ended by CR LF: " + line);
        }
        return line.substring(0, line.length() - 1);
    }

    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
