package io.github.claudecodeproxy.benchmarks.process;

import io.github.claudecodeproxy.benchmarks.Bodies;
import java.time.Duration;

/** Two hundred clients a second that leave in the middle of a stream. */
final class Aborts implements Workload {

    private static final double PER_SECOND = 200;
    private static final Duration TIME = Duration.ofSeconds(20);

    @Override
    public String id() {
        return "W9";
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        try (MockUpstream upstream = new MockUpstream()) {
            Subject product = rig.product(Subject.AS_SHIPPED, upstream);
            // A server that has just started cannot keep up, and then nobody leaves in time.
            upstream.answer(Answer.text(10, 0));
            rig.run(product, LoadPlan.atOnce(Bodies.request(1 << 10), 20, Duration.ofSeconds(10), 10));
            upstream.answer(Answer.text(Answer.ENDLESS, Duration.ofMillis(20).toNanos()));
            LoadPlan plan = LoadPlan.rate(Bodies.request(1 << 10), PER_SECOND, TIME, Answer.ENDLESS)
                    .cutAfter(3);
            rig.run(product, plan);
            Thread.sleep(2_000);
            long heap = product.heap();
            LoadResult result = rig.run(product, plan);
            Thread.sleep(2_000);
            report.told("W9", "clients that left", String.valueOf(result.calls));
            report.atMost("W9", "connections to the upstream 2 s after the last", upstream.connections(), 0, "");
            report.atMost("W9", "heap after collection, growth", (product.heap() - heap) / 1024.0, 1, " MB");
            rig.stop(product);
        }
    }
}
