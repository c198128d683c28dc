package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** R13: SIGTERM while 100 streams of 20 seconds run; the same beyond the grace; twice. */
final class Drain implements Bar {

    private static final int STREAMS = 100;
    private static final int PIECES = 20;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        List<Figure> figures = new ArrayList<>();
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            byte[] event = ("data: " + Chunks.text("tick") + "\n\n").getBytes(StandardCharsets.UTF_8);
            upstream.alwaysReply(request -> Reply.streaming()
                    .sse(Chunks.role(), Chunks.text("Hel"))
                    .paced(event, Duration.ofSeconds(1), PIECES)
                    .sse(Chunks.finish("stop"))
                    .done()
                    .end());
            inOrder(target, upstream, figures);
            beyondTheGrace(target, upstream, figures);
            twice(target, upstream, figures);
        }
        return figures;
    }

    private static void inOrder(ProxyTarget target, ScriptedUpstream upstream, List<Figure> figures) throws Exception {
        try (Server server = Server.start(target, upstream.baseUrl(), List.of())) {
            List<Reading> streams = begin(server);
            Thread.sleep(5000);
            long told = System.nanoTime();
            server.process().terminate();
            while (server.get("/readyz").status() != 503) {
                Thread.sleep(5);
            }
            figures.add(Figure.atMost("ready says 503 after", Times.since(told), 100, " ms"));
            Response refused = server.post(Server.STREAM);
            boolean fine = refused.status() == 503
                    && refused.json().at("/error/type").asText().equals("api_error")
                    && "close".equals(refused.headers().first("connection"));
            figures.add(
                    new Figure("a new call", refused.status() + (fine ? " JSON, close" : ""), "503 JSON, close", fine));
            figures.add(Figure.exactly("streams that end with message_stop", ended(streams, "message_stop"), STREAMS));
            long last = System.nanoTime();
            int exit = server.process().exit();
            figures.add(Figure.atMost("exit " + exit + " after the last stream", Times.since(last), 1000, " ms"));
        }
    }

    private static void beyondTheGrace(ProxyTarget target, ScriptedUpstream upstream, List<Figure> figures)
            throws Exception {
        try (Server server = Server.start(target, upstream.baseUrl(), List.of(), "SHUTDOWN_GRACE", "5")) {
            List<Reading> streams = begin(server);
            long told = System.nanoTime();
            server.process().terminate();
            figures.add(Figure.exactly(
                    "streams beyond a grace of 5 s that get an error event",
                    ended(streams, "overloaded_error"),
                    STREAMS));
            server.process().exit();
            figures.add(Figure.atMost("exit after the signal", Times.since(told), 7000, " ms"));
        }
    }

    private static void twice(ProxyTarget target, ScriptedUpstream upstream, List<Figure> figures) throws Exception {
        try (Server server = Server.start(target, upstream.baseUrl(), List.of())) {
            List<Reading> streams = begin(server);
            server.process().terminate();
            while (server.get("/readyz").status() != 503) {
                Thread.sleep(5);
            }
            long told = System.nanoTime();
            server.process().terminate();
            server.process().exit();
            figures.add(Figure.atMost("exit after a second signal", Times.since(told), 1000, " ms"));
            for (Reading stream : streams) {
                stream.client().close();
            }
        }
    }

    private record Reading(TestClient client, ResponseReader reader) {}

    private static List<Reading> begin(Server server) throws IOException {
        List<Reading> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            TestClient client = server.connect();
            Server.send(client, Server.STREAM);
            ResponseReader reader = client.response();
            reader.readUntil("Hel");
            streams.add(new Reading(client, reader));
        }
        return streams;
    }

    private static int ended(List<Reading> streams, String end) throws IOException {
        int count = 0;
        for (Reading stream : streams) {
            String rest = stream.reader().readToEnd();
            count += rest.substring(Math.max(0, rest.length() - 300)).contains(end) ? 1 : 0;
            stream.client().close();
        }
        return count;
    }
}
