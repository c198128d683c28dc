package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/** R1: 50 clients that read nothing for a minute from endless streams, beside 10 that read. */
final class SlowClients implements Bar {

    private static final int STALLED = 50;
    private static final int READING = 10;
    private static final int SECONDS = 60;
    private static final int STEADY_SECONDS = 20;
    private static final int PACE_MILLIS = 50;
    private static final double KIBIBYTE = 1024;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        byte[] event = ("data: " + Chunks.text("x".repeat(8 << 10)) + "\n\n").getBytes(StandardCharsets.UTF_8);
        AtomicLongArray taken = new AtomicLongArray(STALLED);
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(target, upstream.baseUrl(), List.of("-Xmx128m"))) {
            upstream.alwaysReply(request -> request.text().contains("paced")
                    ? paced()
                    : Reply.streaming()
                            .sse(Chunks.role())
                            .counted(event, bytes -> taken.addAndGet(number(request.text()), bytes))
                            .stall());
            List<Figure> figures = new ArrayList<>();
            Times before = read(server, STEADY_SECONDS);
            long heap = server.heapAfterCollection();
            long memory = server.memory();
            List<TestClient> stalled = new ArrayList<>();
            for (int i = 0; i < STALLED; i++) {
                TestClient client = server.connect();
                Server.send(client, Server.STREAM.replace("Hello", "stalled " + (1000 + i) + " "));
                stalled.add(client);
            }
            Thread.sleep(2000);
            long[] early = copy(taken);
            Times during = read(server, SECONDS);
            long[] late = copy(taken);
            long heapDuring = server.heapAfterCollection();
            long memoryDuring = server.memory();
            for (TestClient client : stalled) {
                client.reset();
            }
            long most = 0;
            int moved = 0;
            for (int i = 0; i < STALLED; i++) {
                most = Math.max(most, late[i]);
                moved += late[i] != early[i] ? 1 : 0;
            }
            figures.add(Figure.atMost(
                    "heap after collection, growth per stalled stream",
                    (heapDuring - heap) / (double) STALLED,
                    256,
                    " KiB"));
            figures.add(Figure.told(
                    "resident memory, growth per stalled stream", (memoryDuring - memory) / STALLED + " KiB"));
            figures.add(Figure.atMost("bytes taken from one upstream, most", most / KIBIBYTE / KIBIBYTE, 8, " MiB"));
            figures.add(Figure.exactly("upstreams that could write after 2 s", moved, 0));
            figures.add(Figure.told(
                    "gap of chunks, p99, nobody stalled", String.format("%.1f ms", before.percentile(0.99))));
            figures.add(Figure.atMost(
                    "the same with 50 stalled, in times of that",
                    during.percentile(0.99) / before.percentile(0.99),
                    2,
                    ""));
            return figures;
        }
    }

    private static int number(String request) {
        return Integer.parseInt(request.replaceFirst("(?s).*stalled (\\d+) .*", "$1")) - 1000;
    }

    private static long[] copy(AtomicLongArray array) {
        long[] copy = new long[array.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = array.get(i);
        }
        return copy;
    }

    private static Reply paced() {
        byte[] event = ("data: " + Chunks.text("tick") + "\n\n").getBytes(StandardCharsets.UTF_8);
        return Reply.streaming()
                .sse(Chunks.role())
                .paced(event, Duration.ofMillis(PACE_MILLIS))
                .stall();
    }

    /** Streams for so long and gives the gaps between their chunks. */
    private static Times read(Server server, int seconds) throws Exception {
        Times gaps = new Times();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < READING; i++) {
            Thread reader = new Thread(() -> readTicks(server, gaps, over), "reader");
            reader.setDaemon(true);
            reader.start();
            readers.add(reader);
        }
        Thread.sleep(seconds * 1000L);
        over.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        return gaps;
    }

    private static void readTicks(Server server, Times gaps, AtomicBoolean over) {
        try (TestClient client = server.connect()) {
            Server.send(client, Server.STREAM.replace("Hello", "paced"));
            ResponseReader stream = client.response();
            stream.next();
            long last = System.nanoTime();
            while (!over.get()) {
                stream.next();
                gaps.add(Times.since(last));
                last = System.nanoTime();
            }
        } catch (IOException e) {
            throw new AssertionError("a stream that is read broke", e);
        }
    }
}
