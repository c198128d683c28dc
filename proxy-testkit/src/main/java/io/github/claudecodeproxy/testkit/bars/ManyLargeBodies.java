package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** R2: 64 requests of 10 MB at once in a heap of 256 MB. */
final class ManyLargeBodies implements Bar {

    private static final int CALLS = 64;
    private static final int MEBIBYTE = 1 << 20;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        String body = Server.WHOLE.replace("Hello", "x".repeat(10 * MEBIBYTE));
        AtomicInteger served = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(target, upstream.baseUrl(), List.of("-Xmx256m"))) {
            upstream.alwaysReply(request -> Reply.json(200, Chunks.completion("Hello")));
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                Thread client = new Thread(() -> {
                    int status = status(server, body);
                    (status == 200 ? served : status == 529 ? told : new AtomicInteger()).incrementAndGet();
                });
                client.start();
                clients.add(client);
            }
            for (Thread client : clients) {
                client.join();
            }
            boolean alive = server.process().alive();
            double most = alive ? server.mostMemory() / 1024.0 : 0;
            return List.of(
                    Figure.told("answered 200", String.valueOf(served.get())),
                    Figure.told("told 529", String.valueOf(told.get())),
                    Figure.exactly("neither", CALLS - served.get() - told.get(), 0),
                    new Figure("process", alive ? "lives" : "died", "lives", alive),
                    Figure.atMost("resident memory, peak", most, 450, " MB"));
        }
    }

    private static int status(Server server, String body) {
        try (TestClient client = server.connect()) {
            try {
                Server.send(client, body);
            } catch (SocketException e) {
                // refused while it was being sent: the answer is there to read
            }
            return client.response().status();
        } catch (IOException e) {
            return 0;
        }
    }
}
