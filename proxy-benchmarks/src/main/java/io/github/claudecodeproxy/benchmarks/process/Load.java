package io.github.claudecodeproxy.benchmarks.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls over loopback and looks at every answer: its status, how many pieces it had, when each came, and how it ended.
 * One answer in a hundred is kept whole, to be judged later. With a rate, calls begin when they should, and times count from
 * then. One thread for all; close it.
 */
final class Load implements AutoCloseable {

    private static final int SAMPLED = 100;
    private static final int TAIL = 64;

    /** The same chance in each run. */
    private static final long SEED = 1;

    private final EventLoop loop = new EventLoop("load");
    private final ByteBuffer input = ByteBuffer.allocateDirect(256 << 10);
    private final AtomicLong seen = new AtomicLong();
    private volatile long silenceUntil;

    /** CPU time that it has taken so far, in nanoseconds. */
    long cpu() {
        return loop.cpu();
    }

    /** How many pieces have come in the run that is on, or in the last one. */
    long seen() {
        return seen.get();
    }

    /** From now on the run that is on does not look at how long streams are silent. */
    void disregardSilence() {
        silenceUntil = System.nanoTime();
    }

    /** Makes the calls and waits for them. */
    LoadResult run(Subject subject, LoadPlan plan) {
        return start(subject, plan).join();
    }

    /** Makes the calls. */
    CompletableFuture<LoadResult> start(Subject subject, LoadPlan plan) {
        CompletableFuture<LoadResult> done = new CompletableFuture<>();
        seen.set(0);
        silenceUntil = Long.MAX_VALUE;
        loop.execute(() -> new Run(subject, plan, done).start());
        return done;
    }

    @Override
    public void close() {
        loop.close();
    }

    /** One run. */
    private final class Run {

        private final Subject subject;
        private final LoadPlan plan;
        private final CompletableFuture<LoadResult> done;
        private final ByteBuffer request;
        private final String ending;
        private final LoadResult result = new LoadResult();
        private final Deque<Connection> idle = new ArrayDeque<>();
        private final Set<Connection> busy = new HashSet<>();
        private final long begun = System.nanoTime();
        private final Random chance = new Random(SEED);
        private long planned;
        private long next = begun;
        private boolean over;

        Run(Subject subject, LoadPlan plan, CompletableFuture<LoadResult> done) {
            this.subject = subject;
            this.plan = plan;
            this.done = done;
            this.ending = plan.streamed() ? subject.streamEnd() : "}";
            this.request = ResponseReader.request(subject.path(), plan.body());
        }

        void start() {
            if (plan.perSecond() > 0) {
                paced();
            } else {
                for (int i = 0; i < plan.connections(); i++) {
                    call(System.nanoTime());
                }
            }
            loop.at(begun + plan.begin().plus(plan.finish()).toNanos(), this::giveUp);
        }

        private boolean beginning() {
            return System.nanoTime() - begun < plan.begin().toNanos();
        }

        /**
         * Begins all calls that should have begun by now. Each has its turn at a moment of chance, or else they would keep
         * step with the pieces of the answers to those before.
         */
        private void paced() {
            while (System.nanoTime() - next >= 0 && toBegin()) {
                long intended = next;
                planned++;
                next = begun + (long) ((planned + chance.nextDouble()) * pause());
                call(intended);
            }
            if (toBegin()) {
                loop.at(next, this::paced);
            } else {
                finishIfDone();
            }
        }

        private boolean toBegin() {
            return planned * pause() < plan.begin().toNanos();
        }

        private double pause() {
            return TimeUnit.SECONDS.toNanos(1) / plan.perSecond();
        }

        private void call(long intended) {
            if (busy.size() >= plan.connections()) {
                result.problem("more than " + plan.connections() + " calls at once");
                return;
            }
            Connection connection = idle.poll();
            try {
                if (connection == null) {
                    connection = new Connection();
                }
                busy.add(connection);
                connection.begin(intended);
            } catch (IOException e) {
                result.problem("cannot connect: " + e);
                if (connection != null) {
                    connection.drop();
                }
                finishIfDone();
            }
        }

        private void ended(Connection connection) {
            busy.remove(connection);
            if (plan.perSecond() > 0) {
                finishIfDone();
            } else if (beginning()) {
                call(System.nanoTime());
            } else {
                finishIfDone();
            }
        }

        private void giveUp() {
            if (!over) {
                result.unfinished = busy.size();
                finish();
            }
        }

        private void finishIfDone() {
            boolean allBegun = plan.perSecond() > 0 ? !toBegin() : !beginning();
            if (!over && allBegun && busy.isEmpty()) {
                finish();
            }
        }

        private void finish() {
            over = true;
            result.seconds = (System.nanoTime() - begun) / 1e9;
            for (Connection connection : Set.copyOf(busy)) {
                connection.keepSilence();
                connection.drop();
            }
            idle.forEach(Connection::drop);
            done.complete(result);
        }

        /** A connection of the client: sends a request, reads the answer; and again. */
        private final class Connection implements EventLoop.Ready {

            private final SocketChannel channel = SocketChannel.open();
            private final SelectionKey key;
            private final ResponseReader reader = new ResponseReader();
            private final Mark.Finder marks = new Mark.Finder();
            private final byte[] tail = new byte[TAIL];
            private ByteBuffer output = request;
            private @Nullable ByteArrayOutputStream sample;
            private int tailLength;
            private long intended;
            private long pieces;
            private long lastByte;
            private long longest;
            private long now;

            Connection() throws IOException {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), subject.port()));
                key = channel.register(loop.selector(), 0, this);
            }

            void begin(long time) throws IOException {
                intended = time;
                output = request.duplicate();
                reader.reset();
                marks.reset();
                pieces = 0;
                tailLength = 0;
                longest = 0;
                lastByte = System.nanoTime();
                sample = result.calls % SAMPLED == 0 ? new ByteArrayOutputStream() : null;
                result.calls++;
                if (channel.isConnectionPending()) {
                    key.interestOps(SelectionKey.OP_CONNECT);
                } else {
                    send();
                }
            }

            private void send() throws IOException {
                channel.write(output);
                key.interestOps(
                        output.hasRemaining() ? SelectionKey.OP_WRITE | SelectionKey.OP_READ : SelectionKey.OP_READ);
            }

            @Override
            public void ready(SelectionKey ready) {
                try {
                    if (ready.isConnectable()) {
                        channel.finishConnect();
                        send();
                    } else if (ready.isWritable()) {
                        send();
                    }
                    if (ready.isReadable()) {
                        read();
                    }
                } catch (IOException | RuntimeException e) {
                    fail(e.toString());
                }
            }

            private void read() throws IOException {
                input.clear();
                int count = channel.read(input);
                if (count < 0) {
                    if (idle.remove(this)) {
                        drop();
                    } else {
                        fail("the connection was closed after " + pieces + " pieces");
                    }
                    return;
                }
                now = System.nanoTime();
                longest = Math.max(longest, Math.min(now, silenceUntil) - lastByte);
                lastByte = now;
                input.flip();
                if (reader.read(input, this::body)) {
                    complete();
                } else if (plan.cutAfter() > 0 && pieces >= plan.cutAfter()) {
                    drop();
                    ended(this);
                }
            }

            private void body(ByteBuffer bytes) {
                if (sample != null) {
                    byte[] copy = new byte[bytes.remaining()];
                    bytes.duplicate().get(copy);
                    sample.writeBytes(copy);
                }
                keepTail(bytes);
                marks.read(bytes, this::mark);
            }

            private void keepTail(ByteBuffer bytes) {
                int count = Math.min(bytes.remaining(), TAIL);
                int kept = Math.min(tailLength, TAIL - count);
                System.arraycopy(tail, tailLength - kept, tail, 0, kept);
                bytes.duplicate().position(bytes.limit() - count).get(tail, kept, count);
                tailLength = kept + count;
            }

            private void mark(long sent) {
                if (pieces++ == 0) {
                    result.first.recordValue(Math.max(0, (now - intended) / 1000));
                }
                result.pieces++;
                seen.lazySet(result.pieces);
                result.delay.recordValue(Math.max(0, (now - sent) / 1000));
            }

            private void complete() {
                key.interestOps(SelectionKey.OP_READ);
                result.whole.recordValue(Math.max(0, (now - intended) / 1000));
                keepSilence();
                String end = new String(tail, 0, tailLength, StandardCharsets.UTF_8);
                if (reader.status() != 200) {
                    result.problem("status " + reader.status() + ", ending in " + end);
                } else if (pieces != plan.pieces()) {
                    result.problem(pieces + " pieces instead of " + plan.pieces() + ", ending in " + end);
                } else if (!end.contains(ending)) {
                    result.problem("an answer ends in " + end);
                } else if (sample != null) {
                    result.samples.add(sample.toByteArray());
                }
                idle.push(this);
                ended(this);
            }

            private void fail(String why) {
                result.problem(why);
                drop();
                ended(this);
            }

            void keepSilence() {
                result.silence.recordValue(
                        Math.max(longest, Math.min(System.nanoTime(), silenceUntil) - lastByte) / 1000);
            }

            void drop() {
                busy.remove(this);
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Connections that ask and never read, until they are closed. */
    static List<SocketChannel> stalled(Subject subject, byte[] body, int count) throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), subject.port()));
            ByteBuffer request = ResponseReader.request(subject.path(), body);
            while (request.hasRemaining()) {
                channel.write(request);
            }
            channels.add(channel);
        }
        return channels;
    }
}
