package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** S10: ten million brackets, with their upload; and names enough to fill a table that never forgets. */
final class HostileBodies implements Bar {

    private static final int BRACKETS = 10_000_000;
    private static final int NAMES = 500_000;
    private static final int WARM_UP = 5;
    private static final int CALLS = 9;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(target, upstream.baseUrl(), List.of())) {
            byte[] brackets = TestClient.encode(
                    "POST", "/v1/messages", Server.JSON, "[".repeat(BRACKETS).getBytes(StandardCharsets.UTF_8));
            Times times = new Times();
            int status = 0;
            for (int i = -WARM_UP; i < CALLS; i++) {
                try (TestClient client = server.connect()) {
                    long begun = System.nanoTime();
                    client.sendRaw(brackets);
                    status = client.response().status();
                    if (i >= 0) {
                        times.add(Times.since(begun));
                    }
                }
            }
            double before = server.heapAfterCollection() / 1024.0;
            Response named = server.post(names());
            double after = server.heapAfterCollection() / 1024.0;
            return List.of(
                    Figure.exactly("status of ten million brackets", status, 400),
                    Figure.atMost("their answer, median of " + CALLS, times.percentile(0.5), 50, " ms"),
                    Figure.told("status of " + NAMES + " names", String.valueOf(named.status())),
                    Figure.atMost("heap after them, growth", Math.max(0, after - before), 5, " MB"),
                    Figure.exactly("upstream calls", upstream.requests().size(), 0));
        }
    }

    /** A body that is refused after it was read whole: its messages come last and are wrong. */
    private static String names() {
        StringBuilder body = new StringBuilder("{\"model\":\"m\",\"max_tokens\":10,\"metadata\":{");
        for (int i = 0; i < NAMES; i++) {
            body.append("\"name").append(i).append("\":1,");
        }
        return body.append("\"last\":1},\"messages\":7}").toString();
    }
}
