package io.github.claudecodeproxy.benchmarks.process;

import io.github.claudecodeproxy.benchmarks.Bodies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Streams of 50,000 pieces: whether the last cost more than the first. */
final class LongStreams implements Workload {

    private static final int STREAMS = 8;
    private static final int PIECES = 50_000;
    private static final int PARTS = 5;
    private static final int RUNS = 5;

    @Override
    public String id() {
        return "P10";
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        Subject product = rig.product(Subject.AS_SHIPPED);
        rig.upstream.answer(Answer.text(PIECES, 0));
        LoadPlan plan = LoadPlan.once(Bodies.request(1 << 10), STREAMS, PIECES).finish(Duration.ofMinutes(10));
        rig.run(product, plan);
        List<Double> last = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            List<Double> parts = parts(rig, product, plan);
            last.add(parts.get(PARTS - 1) / parts.get(0));
        }
        report.atMost(
                "P10",
                "cost of the last 10,000 of 50,000 pieces, in times of the first",
                new Spread(last).median(),
                1.1,
                "");
        rig.stop(product);
    }

    private static List<Double> parts(Rig rig, Subject product, LoadPlan plan) throws Exception {
        CompletableFuture<LoadResult> running = rig.load.start(product, plan);
        List<Double> costs = new ArrayList<>();
        long cpu = product.cpu();
        long seen = 0;
        for (int part = 1; part <= PARTS; part++) {
            while (rig.load.seen() < (long) STREAMS * PIECES * part / PARTS) {
                if (running.isDone()) {
                    throw new AssertionError("the streams ended early: " + running.join().problems);
                }
                Thread.sleep(1);
            }
            long now = product.cpu();
            long count = rig.load.seen();
            costs.add((now - cpu) / (double) (count - seen));
            cpu = now;
            seen = count;
        }
        running.join();
        return costs;
    }
}
