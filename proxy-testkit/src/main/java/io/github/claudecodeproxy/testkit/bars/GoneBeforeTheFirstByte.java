package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.BlackHole;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** R4: clients that leave before the first byte, in five phases, in both ways. */
final class GoneBeforeTheFirstByte implements Bar {

    private static final double LIMIT_MILLIS = 1000;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        List<Figure> figures = new ArrayList<>();
        for (boolean reset : new boolean[] {false, true}) {
            String how = reset ? "RST" : "FIN";
            waiting(target, reset, Server.STREAM, "stream waits for headers, " + how, figures);
            waiting(target, reset, Server.WHOLE, "call waits for its answer, " + how, figures);
            retrying(target, reset, how, figures);
            inLine(target, reset, how, figures);
            connecting(target, reset, how, figures);
        }
        return figures;
    }

    private static void leave(TestClient client, boolean reset) throws IOException {
        if (reset) {
            client.reset();
        } else {
            client.close();
        }
    }

    private static void waiting(ProxyTarget target, boolean reset, String body, String what, List<Figure> figures)
            throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(target, upstream.baseUrl(), List.of())) {
            upstream.alwaysReply(request -> Reply.stallBeforeHeaders());
            TestClient client = server.connect();
            Server.send(client, body);
            var closed = upstream.awaitRequest(0).connectionClosed();
            long left = System.nanoTime();
            leave(client, reset);
            closed.get(30, TimeUnit.SECONDS);
            figures.add(Figure.atMost(what + ": upstream closed after", Times.since(left), LIMIT_MILLIS, " ms"));
        }
    }

    private static void retrying(ProxyTarget target, boolean reset, String how, List<Figure> figures) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(target, upstream.baseUrl(), List.of(), "MAX_RETRIES", "1")) {
            upstream.alwaysReply(request -> Reply.status(503)
                    .header("retry-after", "3")
                    .contentLength()
                    .text("{}")
                    .end());
            TestClient client = server.connect();
            Server.send(client, Server.WHOLE);
            upstream.awaitRequest(0);
            Thread.sleep(500);
            leave(client, reset);
            Thread.sleep(5000);
            figures.add(Figure.exactly(
                    "before the second try, " + how + ": second tries",
                    upstream.requests().size() - 1L,
                    0));
        }
    }

    private static void inLine(ProxyTarget target, boolean reset, String how, List<Figure> figures) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(target, upstream.baseUrl(), List.of(), "MAX_UPSTREAM_CONNECTIONS", "1")) {
            upstream.alwaysReply(request -> Reply.stallBeforeHeaders());
            TestClient first = server.connect();
            Server.send(first, Server.WHOLE);
            upstream.awaitRequest(0);
            TestClient waiting = server.connect();
            Server.send(waiting, Server.WHOLE);
            Thread.sleep(500);
            leave(waiting, reset);
            Thread.sleep(500);
            first.close();
            Thread.sleep(1000);
            figures.add(Figure.exactly(
                    "in line, " + how + ": calls made for who had left",
                    upstream.requests().size() - 1L,
                    0));
        }
    }

    private static void connecting(ProxyTarget target, boolean reset, String how, List<Figure> figures)
            throws Exception {
        try (BlackHole hole = new BlackHole();
                Server server = Server.start(target, hole.address(), List.of())) {
            int port = hole.address().getPort();
            long others = Server.connecting(port);
            TestClient client = server.connect();
            Server.send(client, Server.WHOLE);
            long begun = System.nanoTime();
            while (Server.connecting(port) == others) {
                if (Times.since(begun) > 20_000) {
                    throw new AssertionError("the proxy does not connect");
                }
                Thread.sleep(5);
            }
            Thread.sleep(200);
            long left = System.nanoTime();
            leave(client, reset);
            while (Server.connecting(port) > others && Times.since(left) < 20_000) {
                Thread.sleep(5);
            }
            figures.add(Figure.atMost(
                    "connecting, " + how + ": socket closed after", Times.since(left), LIMIT_MILLIS, " ms"));
        }
    }
}
