package io.github.claudecodeproxy.benchmarks.process;

import io.github.claudecodeproxy.benchmarks.Bodies;
import io.github.claudecodeproxy.benchmarks.process.CpuCost.Limit;
import io.github.claudecodeproxy.benchmarks.process.CpuCost.Unit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** All that is measured of the whole server. Stateless. */
public final class Workloads {

    private static final byte[] SMALL = Bodies.request(1 << 10);
    private static final byte[] WHOLE = Bodies.wholeRequest(1 << 10);
    private static final byte[] MIDDLE = Bodies.request(120 << 10);
    private static final byte[] LARGE = Bodies.request(400 << 10);
    private static final Duration WINDOW = Duration.ofSeconds(Integer.getInteger("seconds", 2));
    private static final Duration A_WHILE = WINDOW.multipliedBy(3);
    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final long PACE = Duration.ofMillis(20).toNanos();

    private static final List<String> SMOKED = List.of("W4", "W5");

    /** What a smoke test lets the product cost, in times of its server and client alone. */
    private static final double SMOKE = 2;

    private static final List<Workload> ALL = List.of(
            // the most calls first, which make the programs warm for those that follow
            new CpuCost(
                    "W1", "small call, 64 at once", Answer.whole(), LoadPlan.atOnce(WHOLE, 64, WINDOW, 1), Unit.CALL),
            new CpuCost(
                    "W1",
                    "small call, 16 at once",
                    Answer.whole(),
                    LoadPlan.atOnce(WHOLE, 16, WINDOW, 1),
                    Unit.CALL,
                    new Limit("P7", null, 400),
                    new Limit("P7", "undertow", 2)),
            new CpuCost("W1", "small call, 1 at once", Answer.whole(), LoadPlan.atOnce(WHOLE, 1, WINDOW, 1), Unit.CALL),
            new Latency(
                    "W1",
                    "small call, 100 a second",
                    Answer.whole(),
                    LoadPlan.rate(WHOLE, 100, A_WHILE, 1),
                    r -> r.whole,
                    1,
                    5),
            new CpuCost(
                    "W2", "120 KB, 50 pieces", Answer.text(50, 0), LoadPlan.atOnce(MIDDLE, 4, WINDOW, 50), Unit.CALL),
            new CpuCost(
                    "W2", "400 KB, 50 pieces", Answer.text(50, 0), LoadPlan.atOnce(LARGE, 4, WINDOW, 50), Unit.CALL),
            new Latency(
                    "P5",
                    "first piece, 1 KB, 50 a second",
                    Answer.text(50, PACE),
                    LoadPlan.rate(SMALL, 50, A_WHILE, 50),
                    r -> r.first,
                    1,
                    5),
            new Latency(
                    "P5",
                    "first piece, 400 KB, 20 a second",
                    Answer.text(50, PACE),
                    LoadPlan.rate(LARGE, 20, A_WHILE, 50),
                    r -> r.first,
                    5,
                    20),
            new LargeBodies(),
            new CpuCost(
                    "W4",
                    "500 pieces at full speed, 8 streams",
                    Answer.text(500, 0),
                    LoadPlan.atOnce(SMALL, 8, WINDOW, 500),
                    Unit.PIECE,
                    new Limit("P4", null, 12)),
            new CpuCost(
                    "W5",
                    "a piece each 20 ms, 200 streams",
                    Answer.text(500, PACE),
                    LoadPlan.rate(SMALL, 200, A_SECOND, 500),
                    Unit.PIECE,
                    new Limit("P3", "nginx", 5),
                    new Limit("P3", Rig.COPY, 1.25)),
            new Latency(
                    "P6",
                    "a piece each 20 ms, 100 streams",
                    Answer.text(500, PACE),
                    LoadPlan.rate(SMALL, 100, A_SECOND, 500),
                    r -> r.delay,
                    0.5,
                    5),
            new ManyStreams(),
            new StalledReaders(),
            new CpuCost(
                    "W8",
                    "5 calls of 2,000 pieces, 4 streams",
                    Answer.calls(5, 2_000),
                    LoadPlan.atOnce(SMALL, 4, WINDOW, 10_000),
                    Unit.PIECE),
            new Aborts(),
            new LongStreams(),
            new Pauses());

    private Workloads() {}

    /**
     * Measures some workloads, prints what comes out and writes it into a folder.
     *
     * @param ids such as {@code W1}; none for all
     * @return whether each bar is met
     */
    public static boolean measure(List<String> ids, Path folder) throws Exception {
        Placement.ofThisProcess();
        Report report = new Report();
        report.line("Java " + System.getProperty("java.version") + ", " + Runtime.version() + ", " + Placement.words()
                + ", " + Report.Machine.now());
        try (Rig rig = new Rig(report)) {
            for (Workload workload : ALL) {
                if (ids.isEmpty() || ids.contains(workload.id())) {
                    workload.measure(rig, report);
                    // At once: the next ones take minutes, and may be broken off
                    report.write(folder);
                }
            }
        }
        report.line("Tables, chart and raw figures are in " + folder);
        return report.met();
    }

    /** A look at whether something costs far more than it should: pieces at full speed, and paced. */
    public static boolean smoke() throws Exception {
        Placement.ofThisProcess();
        Report report = new Report();
        boolean good = true;
        try (Rig rig = new Rig(report, true)) {
            for (Workload workload : ALL) {
                if (workload instanceof CpuCost cost && SMOKED.contains(cost.id())) {
                    good &= Spread.ofRatios(cost.costs(rig, report), Rig.PRODUCT, Rig.COPY)
                                    .median()
                            < SMOKE;
                }
            }
        }
        return good;
    }
}
