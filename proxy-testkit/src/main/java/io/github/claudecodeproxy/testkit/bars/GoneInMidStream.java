package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Request;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** R5: 1,000 streams, 200 each second, cut off by their clients after the first words, while chunks flow. */
final class GoneInMidStream implements Bar {

    private static final int WARM_UP = 500;
    private static final int STREAMS = 1000;
    private static final int PER_SECOND = 200;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        byte[] event = ("data: " + Chunks.text("tick") + "\n\n").getBytes(StandardCharsets.UTF_8);
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(target, upstream.baseUrl(), List.of("-Xmx256m"))) {
            upstream.alwaysReply(request -> Reply.streaming()
                    .sse(Chunks.role(), Chunks.text("Hel"))
                    .paced(event, Duration.ofMillis(50))
                    .stall());
            abort(server, upstream, WARM_UP, new Times());
            Thread.sleep(5000);
            long heap = server.heapAfterCollection();
            long threads = server.threads();
            Times closed = new Times();
            abort(server, upstream, STREAMS, closed);
            Thread.sleep(2000);
            int open = upstream.connections().open();
            long heapAfter = server.heapAfterCollection();
            return List.of(
                    Figure.atMost("upstream closed after its client left, p99", closed.percentile(0.99), 500, " ms"),
                    Figure.told("the same, most", String.format("%.1f ms", closed.most())),
                    Figure.exactly("upstream sockets open 2 s after the last", open, 0),
                    Figure.atMost("heap after collection, growth", (heapAfter - heap) / 1024.0, 1, " MiB"),
                    Figure.atMost("threads, growth", (double) server.threads() - threads, 5, ""));
        }
    }

    private static void abort(Server server, ScriptedUpstream upstream, int streams, Times closed) throws Exception {
        int first = upstream.requests().size();
        long begun = System.nanoTime();
        for (int i = 0; i < streams; i++) {
            TestClient client = server.connect();
            Server.send(client, Server.STREAM);
            client.response().readUntil("Hel");
            Request request = upstream.awaitRequest(first + i);
            long left = System.nanoTime();
            if (i % 2 == 0) {
                client.reset();
            } else {
                client.close();
            }
            CompletableFuture<Void> unused =
                    request.connectionClosed().whenComplete((nothing, thrown) -> closed.add(Times.since(left)));
            long due = begun + TimeUnit.SECONDS.toNanos(i + 1) / PER_SECOND;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
        }
    }
}
