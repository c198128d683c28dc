package io.github.claudecodeproxy.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/** A server on loopback that does with each connection what a test says. */
final class RawServer implements AutoCloseable {

    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    private final ServerSocket listening;
    private final Script script;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();

    RawServer(Script script) throws IOException {
        this(ServerSocketFactory.getDefault(), script);
    }

    RawServer(ServerSocketFactory factory, Script script) throws IOException {
        this.listening = factory.createServerSocket(0, 100, InetAddress.getLoopbackAddress());
        this.script = script;
        start(this::acceptAll);
    }

    URI uri() {
        return uri("http");
    }

    URI uri(String scheme) {
        return URI.create(scheme + "://127.0.0.1:" + listening.getLocalPort() + "/v1/chat");
    }

    int accepted() {
        return accepted.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void acceptAll() throws IOException {
        while (!listening.isClosed()) {
            Socket socket = listening.accept();
            socket.setTcpNoDelay(true);
            sockets.add(socket);
            accepted.incrementAndGet();
            start(() -> serve(socket));
        }
    }

    private void serve(Socket socket) throws IOException {
        try (socket) {
            script.run(new Connection(socket));
        }
    }

    private static void start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // the other side, or the end of the test, closed the socket
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface Task {
        void run() throws IOException;
    }

    /** What happens on one connection; it is closed afterwards. */
    interface Script {
        void run(Connection connection) throws IOException;
    }

    /** One accepted connection. */
    record Connection(Socket socket) {

        /** The next request with its body, or null at the end. */
        @Nullable
        String request() throws IOException {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            while (!request.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    return null;
                }
                request.write(next);
            }
            Matcher length = CONTENT_LENGTH.matcher(request.toString(StandardCharsets.ISO_8859_1));
            request.write(in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0));
            return request.toString(StandardCharsets.UTF_8);
        }

        void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.UTF_8));
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        void sendChunk(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            send(Integer.toHexString(bytes.length) + "\r\n" + text + "\r\n");
        }

        void answer(String body) throws IOException {
            send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        /** Returns when the client has closed the connection. */
        void awaitClosed() {
            try {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // a reset is an end as well
            }
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
