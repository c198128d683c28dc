package io.github.claudecodeproxy.testkit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Reads a socket up to a deadline that can be set anew before each operation. */
final class TimedSocket extends FilterInputStream {

    private final Socket socket;
    private long deadline;

    TimedSocket(Socket socket) throws IOException {
        super(socket.getInputStream());
        this.socket = socket;
    }

    void limit(Duration limit) {
        deadline = System.nanoTime() + limit.toNanos();
    }

    @Override
    public int read() throws IOException {
        arm();
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        arm();
        return super.read(bytes, from, length);
    }

    private void arm() throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("deadline passed");
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
    }
}
