package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.util.List;

/** S11: a wrong key is refused before the body came. */
final class WrongKeys implements Bar {

    private static final HeaderList HEAD = HeaderList.of(
            "Content-Type", "application/json", "x-api-key", "sk-of-somebody-else", "Content-Length", "1000000");
    private static final int WARM_UP = 3000;
    private static final int CALLS = 500;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server =
                        Server.start(target, upstream.baseUrl(), List.of(), "ANTHROPIC_API_KEY", "sk-of-the-clients")) {
            Times times = new Times();
            int refused = 0;
            for (int i = -WARM_UP; i < CALLS; i++) {
                try (TestClient client = server.connect()) {
                    long begun = System.nanoTime();
                    client.sendRaw(TestClient.encode("POST", "/v1/messages", HEAD, new byte[0]));
                    int status = client.response().status();
                    if (i >= 0) {
                        times.add(Times.since(begun));
                        refused += status == 401 ? 1 : 0;
                    }
                }
            }
            return List.of(
                    Figure.exactly("refused with 401 without the body", refused, CALLS),
                    Figure.told("after, median of " + CALLS, String.format("%.2f ms", times.percentile(0.5))),
                    Figure.atMost("the same, p99", times.percentile(0.99), 5, " ms"));
        }
    }
}
