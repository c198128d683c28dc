package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** O2: resident memory after the start, and while 1,000 streams are open and get a chunk each second. */
final class OpenStreams implements Bar {

    private static final int STREAMS = 1000;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        byte[] event = ("data: " + Chunks.text("tick") + "\n\n").getBytes(StandardCharsets.UTF_8);
        List<TestClient> clients = new ArrayList<>();
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(target, upstream.baseUrl(), Server.AS_SHIPPED)) {
            upstream.alwaysReply(request -> Reply.streaming()
                    .sse(Chunks.role(), Chunks.text("Hel"))
                    .paced(event, Duration.ofSeconds(1))
                    .stall());
            Thread.sleep(2000);
            double idle = server.memory() / 1024.0;
            for (int i = 0; i < STREAMS; i++) {
                TestClient client = server.connect();
                clients.add(client);
                Server.send(client, Server.STREAM);
                client.response().readUntil("Hel");
            }
            Thread.sleep(20_000);
            return List.of(
                    Figure.atMost("resident memory, idle", idle, 130, " MB"),
                    Figure.atMost(
                            "resident memory at " + STREAMS + " open streams", server.memory() / 1024.0, 250, " MB"),
                    Figure.told("the most it had", Math.round(server.mostMemory() / 1024.0) + " MB"),
                    Figure.told("threads", String.valueOf(server.threads())));
        } finally {
            for (TestClient client : clients) {
                client.close();
            }
        }
    }
}
