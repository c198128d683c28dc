package io.github.claudecodeproxy.benchmarks.process;

import io.github.claudecodeproxy.benchmarks.Bodies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Thousands of streams that stay open: half get a piece every five seconds, half nothing, so that pings are due. */
final class ManyStreams implements Workload {

    private static final List<Integer> COUNTS = List.of(1_000, 2_000, 5_000);
    private static final double BEGUN_PER_SECOND = 500;
    private static final Duration OPEN = Duration.ofSeconds(50);
    private static final long FIVE_SECONDS = Duration.ofSeconds(5).toNanos();

    @Override
    public String id() {
        return "W6";
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        for (int count : COUNTS) {
            List<String> jvm = new ArrayList<>(Subject.AS_SHIPPED);
            jvm.add("-Xmx512m");
            Subject product = rig.product(jvm);
            rig.upstream.answer(Answer.text(10, 0));
            rig.run(product, LoadPlan.atOnce(Bodies.request(1 << 10), 20, Duration.ofSeconds(3), 10));
            long heap = product.heap();
            measure(rig, report, product, count, heap);
            rig.stop(product);
        }
    }

    private static void measure(Rig rig, Report report, Subject product, int count, long heapBefore) throws Exception {
        AtomicLong asked = new AtomicLong();
        Answer slow = Answer.text(Answer.ENDLESS, FIVE_SECONDS);
        Answer silent = Answer.silence();
        rig.upstream.answers(() -> asked.getAndIncrement() % 2 == 0 ? slow : silent);
        Duration beginning = Duration.ofMillis((long) (1000 * count / BEGUN_PER_SECOND));
        LoadPlan plan = LoadPlan.rate(Bodies.request(1 << 10), BEGUN_PER_SECOND, beginning, Answer.ENDLESS)
                .atMost(count + 1)
                .finish(OPEN);
        CompletableFuture<LoadResult> running = rig.load.start(product, plan);
        Thread.sleep(beginning.plus(OPEN).minusSeconds(8).toMillis());
        // Two full collections follow, which stop all streams
        rig.load.disregardSilence();
        long memory = product.status("VmRSS");
        long threads = product.status("Threads");
        long heap = product.heap();
        LoadResult result = running.join();
        String streams = count + " streams";
        report.atMost(
                "W6",
                streams + ", ended or failed",
                (double) (result.calls - result.unfinished + result.failed),
                0,
                "");
        if (count == 5_000) {
            report.atMost("P8", streams + " at -Xmx512m, resident memory", memory / 1024.0, 700, " MB");
            report.atMost("P8", streams + ", threads", (double) threads, 64, "");
        } else {
            report.told("W6", streams + ", resident memory", memory / 1024 + " MB");
            report.told("W6", streams + ", threads", String.valueOf(threads));
        }
        report.atMost("P8", streams + ", live heap of each", (heap - heapBefore) / (double) count, 48, " KB");
        report.atMost("W6", streams + ", longest time without a byte", result.silence.getMaxValue() / 1e6, 15.5, " s");
    }
}
