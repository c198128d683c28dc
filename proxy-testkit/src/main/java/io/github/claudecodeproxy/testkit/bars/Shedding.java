package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** R12: twice as many calls as 50 connections to an upstream that needs 200 ms can carry. */
final class Shedding implements Bar {

    private static final int CONNECTIONS = 50;
    private static final int MILLIS = 200;
    private static final int CAPACITY = CONNECTIONS * 1000 / MILLIS;
    private static final int SECONDS = 15;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(
                        target,
                        upstream.baseUrl(),
                        List.of(),
                        "MAX_UPSTREAM_CONNECTIONS",
                        String.valueOf(CONNECTIONS))) {
            upstream.alwaysReply(request -> Reply.status(200)
                    .header("content-type", "application/json")
                    .contentLength()
                    .holdHead(Duration.ofMillis(MILLIS))
                    .text(Chunks.completion("Hello"))
                    .end());
            new Load(server, CAPACITY / 2, 5).run();
            Load unloaded = new Load(server, CAPACITY / 2, SECONDS).run();
            Load peak = new Load(server, CAPACITY, SECONDS).run();
            Load twice = new Load(server, 2 * CAPACITY, SECONDS).run();
            double goodput = twice.served.count() * 100.0 / Math.max(1, peak.served.count());
            return List.of(
                    Figure.told("answered at capacity (250/s for 15 s)", String.valueOf(peak.served.count())),
                    Figure.told("answered at twice that", String.valueOf(twice.served.count())),
                    new Figure("goodput of peak", String.format("%.0f %%", goodput), ">= 90 %", goodput >= 90),
                    Figure.told("p99 at half of capacity", String.format("%.0f ms", unloaded.served.percentile(0.99))),
                    Figure.atMost(
                            "p99 of accepted at twice, in times of that",
                            twice.served.percentile(0.99) / unloaded.served.percentile(0.99),
                            3,
                            ""),
                    Figure.told("refused with 529 and retry-after", String.valueOf(twice.refused.count())),
                    Figure.exactly("neither", twice.other.get(), 0),
                    Figure.atMost("time to refuse, p99", twice.refused.percentile(0.99), 10, " ms"),
                    Figure.told("time to refuse, p50", String.format("%.1f ms", twice.refused.percentile(0.5))),
                    Figure.atMost("health meanwhile, p99", twice.health.percentile(0.99), 50, " ms"));
        }
    }

    /** Calls at fixed times, whatever became of those before. */
    private static final class Load {

        private final Server server;
        private final int perSecond;
        private final int seconds;
        private final Times served = new Times();
        private final Times refused = new Times();
        private final Times health = new Times();
        private final AtomicInteger other = new AtomicInteger();
        private final ConcurrentLinkedDeque<TestClient> idle = new ConcurrentLinkedDeque<>();

        Load(Server server, int perSecond, int seconds) {
            this.server = server;
            this.perSecond = perSecond;
            this.seconds = seconds;
        }

        Load run() throws Exception {
            ExecutorService clients = Executors.newFixedThreadPool(4 * CONNECTIONS);
            long begun = System.nanoTime();
            for (int i = 0; i < perSecond * seconds; i++) {
                long due = begun + TimeUnit.SECONDS.toNanos(i) / perSecond;
                TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
                clients.execute(() -> call(due));
                if (i % perSecond % 25 == 0) {
                    clients.execute(() -> ask(System.nanoTime()));
                }
            }
            clients.shutdown();
            if (!clients.awaitTermination(60, TimeUnit.SECONDS)) {
                throw new AssertionError("calls hang");
            }
            for (TestClient client : new ArrayDeque<>(idle)) {
                client.close();
            }
            return this;
        }

        private void call(long due) {
            try {
                TestClient client = idle.poll();
                if (client == null) {
                    client = server.connect();
                }
                Response response = client.exchange("POST", "/v1/messages", Server.JSON, Server.WHOLE);
                if (response.status() == 200) {
                    served.add(Times.since(due));
                } else if (response.status() == 529 && response.headers().has("retry-after")) {
                    refused.add(Times.since(due));
                } else {
                    other.incrementAndGet();
                }
                // a refusal is given before the body is read, after which the server may close
                if (response.status() == 200
                        && !"close".equalsIgnoreCase(response.headers().first("connection"))) {
                    idle.push(client);
                } else {
                    client.close();
                }
            } catch (IOException | AssertionError e) {
                other.incrementAndGet();
            }
        }

        private void ask(long begun) {
            try (TestClient client = server.connect()) {
                client.exchange("GET", "/health", HeaderList.of(), "");
                health.add(Times.since(begun));
            } catch (IOException e) {
                other.incrementAndGet();
            }
        }
    }
}
