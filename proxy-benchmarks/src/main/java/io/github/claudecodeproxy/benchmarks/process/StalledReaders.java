package io.github.claudecodeproxy.benchmarks.process;

import io.github.claudecodeproxy.benchmarks.Bodies;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Fifty clients that never read, beside fifty that do: whether those notice. */
final class StalledReaders implements Workload {

    private static final int STALLED = 50;
    private static final int STREAMS = 50;
    private static final int ROUNDS = 3;

    @Override
    public String id() {
        return "W7";
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        Subject product = rig.product(Subject.AS_SHIPPED);
        byte[] body = Bodies.request(1 << 10);
        Answer paced = Answer.text(250, Duration.ofMillis(20).toNanos());
        LoadPlan plan = LoadPlan.once(body, STREAMS, 250);
        rig.upstream.answer(paced);
        rig.run(product, plan);
        List<Double> alone = new ArrayList<>();
        List<Double> beside = new ArrayList<>();
        long before = product.status("VmRSS");
        long most = 0;
        for (int round = 0; round < ROUNDS; round++) {
            alone.add(late(rig, product, plan));
            rig.upstream.answer(Answer.text(Answer.ENDLESS, 0));
            List<SocketChannel> stalled = Load.stalled(product, body, STALLED);
            // Until what the system keeps for them is full.
            Thread.sleep(3_000);
            rig.upstream.answer(paced);
            beside.add(late(rig, product, plan));
            most = Math.max(most, product.status("VmRSS"));
            for (SocketChannel channel : stalled) {
                channel.close();
            }
            Thread.sleep(1_000);
            rig.upstream.answer(paced);
        }
        double times = new Spread(beside).median() / new Spread(alone).median();
        report.told("W7", "delay of a piece, p99", new Spread(alone) + " ms");
        report.told("W7", "the same beside " + STALLED + " who do not read", new Spread(beside) + " ms");
        report.atMost("R1", "in times of it", times, 2, "");
        report.told("W7", "memory for each of these", (most - before) / STALLED + " KB");
        rig.stop(product);
    }

    private static double late(Rig rig, Subject product, LoadPlan plan) {
        return rig.run(product, plan).delay.getValueAtPercentile(99) / 1000.0;
    }
}
