package io.github.claudecodeproxy.testkit.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** An address where a connection never comes about: its line of connections to accept is full. */
public final class BlackHole implements AutoCloseable {

    private static final int LONGEST_LINE = 100;
    private static final int PATIENCE_MILLIS = 300;

    private final ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> line = new ArrayList<>();

    /** Fills the line. */
    public BlackHole() throws IOException {
        while (stood()) {
            if (line.size() > LONGEST_LINE) {
                throw new AssertionError("the line never filled");
            }
        }
    }

    /** What to use as a base URL. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + full.getLocalPort() + "/v1");
    }

    private boolean stood() throws IOException {
        Socket socket = new Socket();
        line.add(socket);
        try {
            socket.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), PATIENCE_MILLIS);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : line) {
            socket.close();
        }
        full.close();
    }
}
