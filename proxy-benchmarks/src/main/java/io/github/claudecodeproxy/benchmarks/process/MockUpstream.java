package io.github.claudecodeproxy.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A provider that costs next to nothing: it reads a request without looking into it and answers with bytes made before,
 * one write for each piece. Close it.
 */
final class MockUpstream implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)");

    private final EventLoop loop = new EventLoop("mock-upstream");
    private final ServerSocketChannel server;
    private final ByteBuffer input = ByteBuffer.allocateDirect(256 << 10);
    private final AtomicInteger open = new AtomicInteger();
    private volatile Supplier<Answer> answers = Answer::whole;

    MockUpstream() {
        try {
            server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
            server.configureBlocking(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        loop.execute(() -> {
            try {
                server.register(loop.selector(), SelectionKey.OP_ACCEPT, (EventLoop.Ready) key -> accept());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    int port() {
        return server.socket().getLocalPort();
    }

    /** Answers every call from now on with this. */
    void answer(Answer answer) {
        answers = () -> answer;
    }

    /** Asks this for each call's answer, on the upstream's own thread. */
    void answers(Supplier<Answer> each) {
        answers = each;
    }

    /** How many connections are open. */
    int connections() {
        return open.get();
    }

    /** CPU time that it has taken so far, in nanoseconds. */
    long cpu() {
        return loop.cpu();
    }

    private void accept() throws IOException {
        for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Connection connection = new Connection(channel);
            connection.key = channel.register(loop.selector(), SelectionKey.OP_READ, connection);
            open.incrementAndGet();
        }
    }

    @Override
    public void close() {
        loop.close();
    }

    /** Reads a head, then its body, then writes the answer; and again. */
    private final class Connection implements EventLoop.Ready {

        private final SocketChannel channel;
        private final StringBuilder head = new StringBuilder();
        private SelectionKey key;
        private long bodyLeft = -1;
        private Answer answer;
        private byte[] piece;
        private int place;
        private int sent;
        private long due;
        private ByteBuffer rest = ByteBuffer.allocate(0);
        private boolean closed;

        @SuppressWarnings("NullAway.Init") // the key when it is registered, the answer when there is a request
        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void ready(SelectionKey ready) {
            try {
                if (ready.isReadable()) {
                    read();
                }
                if (ready.isValid() && ready.isWritable()) {
                    write();
                }
            } catch (IOException e) {
                close();
            }
        }

        private void read() throws IOException {
            input.clear();
            int count = channel.read(input);
            if (count < 0) {
                close();
                return;
            }
            input.flip();
            if (bodyLeft < 0) {
                readHead();
            }
            if (bodyLeft > 0) {
                int taken = (int) Math.min(bodyLeft, input.remaining());
                bodyLeft -= taken;
                input.position(input.position() + taken);
            }
            if (bodyLeft == 0) {
                bodyLeft = -1;
                begin();
            }
        }

        private void readHead() {
            while (input.hasRemaining()) {
                head.append((char) input.get());
                int length = head.length();
                if (head.charAt(length - 1) == '\n'
                        && length >= 4
                        && head.substring(length - 4).equals("\r\n\r\n")) {
                    Matcher matcher = LENGTH.matcher(head.toString().toLowerCase(Locale.ROOT));
                    bodyLeft = matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
                    head.setLength(0);
                    return;
                }
            }
        }

        private void begin() throws IOException {
            use(answers.get());
            due = System.nanoTime();
            rest = ByteBuffer.wrap(answer.beginning());
            if (answer.pause() > 0) {
                write(rest);
                next();
            } else {
                write();
            }
        }

        /** Waits for the time of the next piece, which does not depend on when the last one went. */
        private void next() {
            due += answer.pause();
            loop.at(due, () -> {
                try {
                    paced();
                } catch (IOException e) {
                    close();
                }
            });
        }

        private void paced() throws IOException {
            if (closed) {
                return;
            }
            // When the reader is slow the piece is late, and its time shows it.
            if (!rest.hasRemaining()) {
                piece();
            }
            if (sent < answer.pieces()) {
                next();
            } else if (!rest.hasRemaining()) {
                end();
            }
        }

        private void piece() throws IOException {
            Mark.write(piece, place, System.nanoTime());
            sent++;
            write(ByteBuffer.wrap(piece));
        }

        /** Writes until the answer is out or the socket is full; paced answers only what was left over. */
        private void write() throws IOException {
            key.interestOps(SelectionKey.OP_READ);
            if (!write(rest)) {
                return;
            }
            if (answer.pause() > 0) {
                if (sent == answer.pieces()) {
                    end();
                }
                return;
            }
            while (sent <= answer.pieces() && !rest.hasRemaining()) {
                if (sent == answer.pieces()) {
                    end();
                } else {
                    piece();
                }
            }
        }

        /** What comes after the last piece, which counts as one more; or the next part of the answer. */
        private void end() throws IOException {
            sent++;
            Answer ended = answer;
            ByteBuffer bytes = ByteBuffer.wrap(ended.end());
            Answer then = ended.then();
            if (then != null) {
                use(then);
                bytes = ByteBuffer.allocate(ended.end().length + then.beginning().length)
                        .put(ended.end())
                        .put(then.beginning())
                        .flip();
            }
            write(bytes);
        }

        private void use(Answer next) {
            answer = next;
            piece = next.piece().clone();
            place = Mark.place(piece);
            sent = 0;
        }

        private boolean write(ByteBuffer bytes) throws IOException {
            rest = bytes;
            channel.write(bytes);
            if (!bytes.hasRemaining()) {
                return true;
            }
            // The piece is used again before what is left of it is sent.
            ByteBuffer left = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
            rest = left;
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            return false;
        }

        private void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
                try {
                    channel.close();
                } catch (IOException e) {
                    // It is gone either way.
                }
            }
        }
    }
}
