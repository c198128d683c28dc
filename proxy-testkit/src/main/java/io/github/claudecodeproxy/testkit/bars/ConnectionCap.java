package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** R17: 5,000 calls at once, of which 100 may be at the upstream. */
final class ConnectionCap implements Bar {

    private static final int CALLS = 5000;
    private static final int CAP = 100;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(
                        target, upstream.baseUrl(), List.of(), "MAX_UPSTREAM_CONNECTIONS", String.valueOf(CAP))) {
            upstream.alwaysReply(request -> Reply.status(200)
                    .header("content-type", "application/json")
                    .contentLength()
                    .holdHead(Duration.ofMillis(100))
                    .text(Chunks.completion("Hello"))
                    .end());
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger most = new AtomicInteger();
            Thread watch = new Thread(() -> {
                while (!over.get()) {
                    most.accumulateAndGet(upstream.connections().open(), Math::max);
                    Thread.onSpinWait();
                }
            });
            watch.setDaemon(true);
            watch.start();
            List<TestClient> clients = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                clients.add(server.connect());
            }
            for (TestClient client : clients) {
                Server.send(client, Server.WHOLE);
            }
            int served = 0;
            int refused = 0;
            for (TestClient client : clients) {
                int status = status(client);
                served += status == 200 ? 1 : 0;
                refused += status == 529 ? 1 : 0;
                client.close();
            }
            over.set(true);
            watch.join();
            return List.of(
                    Figure.atMost("sockets at the upstream, most at once", most.get(), CAP, ""),
                    Figure.told("answered 200", String.valueOf(served)),
                    Figure.told("told 529", String.valueOf(refused)),
                    Figure.exactly("neither", CALLS - served - refused, 0));
        }
    }

    private static int status(TestClient client) {
        try {
            return client.response().status();
        } catch (IOException e) {
            return 0;
        }
    }
}
