package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.util.List;

/** O6: a scrape of the metrics after calls of 100 models. */
final class Scrapes implements Bar {

    private static final int MODELS = 100;
    private static final int WARM_UP = 20;
    private static final int SCRAPES = 50;

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(target, upstream.baseUrl(), List.of())) {
            upstream.alwaysReply(request -> Reply.json(200, Chunks.completion("Hello")));
            for (int i = 0; i < MODELS; i++) {
                server.post(Server.WHOLE.replace("claude-sonnet-4-5", "model-" + i));
            }
            Response scrape = server.get("/metrics");
            Times times = new Times();
            for (int i = -WARM_UP; i < SCRAPES; i++) {
                long begun = System.nanoTime();
                scrape = server.get("/metrics");
                if (i >= 0) {
                    times.add(Times.since(begun));
                }
            }
            boolean all = scrape.status() == 200 && scrape.text().contains("model-" + (MODELS - 1));
            return List.of(
                    new Figure("the metrics", all ? "tell of the models" : "do not", "tell of the models", all),
                    Figure.told("their size", scrape.text().length() / 1024 + " KB"),
                    Figure.atMost("a scrape, median of " + SCRAPES, times.percentile(0.5), 20, " ms"),
                    Figure.atMost("the same, most", times.most(), 20, " ms"));
        }
    }
}
