package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;

/** R11: the first event of a fallback, when the primary refuses connections, against the first event of a primary. */
final class FallbackTime implements Bar {

    private static final int WARM_UP = 30;
    private static final int CALLS = 200;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.alwaysReply(request -> Reply.sse(Chunks.answer("Hello")));
            Times direct = new Times();
            Times fallback = new Times();
            int errors;
            try (Server server = Server.start(target, upstream.baseUrl(), List.of())) {
                errors = run(server, direct);
            }
            URI nobody = URI.create("http://127.0.0.1:" + freePort() + "/v1");
            try (Server server = Server.start(
                    target,
                    nobody,
                    List.of(),
                    "UPSTREAM_SPARE_BASE_URL",
                    upstream.baseUrl().toString(),
                    "UPSTREAM_SPARE_API_KEY",
                    "sk-of-the-spare",
                    "FALLBACK_MODELS",
                    "spare/gpt-4.1")) {
                errors += run(server, fallback);
            }
            return List.of(
                    Figure.exactly("calls that failed", errors, 0),
                    Figure.told("first event of the primary, median", millis(direct.percentile(0.5))),
                    Figure.told("the same of the fallback", millis(fallback.percentile(0.5))),
                    Figure.atMost("later by, p99", fallback.percentile(0.99) - direct.percentile(0.99), 100, " ms"));
        }
    }

    private static int run(Server server, Times times) throws IOException {
        int errors = 0;
        for (int i = -WARM_UP; i < CALLS; i++) {
            try (TestClient client = server.connect()) {
                long begun = System.nanoTime();
                Server.send(client, Server.STREAM);
                var response = client.response();
                response.readUntil("Hello");
                if (i >= 0) {
                    times.add(Times.since(begun));
                }
                errors += response.status() == 200 && response.readToEnd().contains("message_stop") ? 0 : 1;
            }
        }
        return errors;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String millis(double value) {
        return String.format("%.2f ms", value);
    }
}
