package io.github.claudecodeproxy.benchmarks.process;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * CPU time of the programs for the same work, one after the other and in turn the other way round, so that what the machine
 * does meanwhile meets all of them. Figures compare only within a run.
 */
record CpuCost(String id, String what, Answer answer, LoadPlan plan, Unit unit, List<Limit> limits)
        implements Workload {

    private static final int ROUNDS = Integer.getInteger("rounds", 7);
    private static final int WARMING_CALLS = 16;
    private static final Duration WARMING = Duration.ofSeconds(4);
    private static final Answer SHORT = Answer.text(10, 0);

    CpuCost(String id, String what, Answer answer, LoadPlan plan, Unit unit, Limit... limits) {
        this(id, what, answer, plan, unit, List.of(limits));
    }

    /**
     * What the product's cost is to stay under.
     *
     * @param id such as {@code P3}
     * @param peer in times of whose cost; null for microseconds
     */
    record Limit(String id, @Nullable String peer, double most) {}

    /** What the cost is of. */
    enum Unit {
        CALL("call"),
        PIECE("piece");

        private final String word;

        Unit(String word) {
            this.word = word;
        }

        long count(LoadResult result) {
            return this == CALL ? result.calls : result.pieces;
        }
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        costs(rig, report);
    }

    /** The costs of each, by name, in the order of the rounds. */
    Map<String, List<Double>> costs(Rig rig, Report report) throws Exception {
        List<Subject> all = new ArrayList<>(rig.all());
        if (plan.perSecond() > 0) {
            // At such a rate it would take hours until what each call takes is compiled, as it is after a day's work
            rig.upstream.answer(SHORT);
            for (Subject subject : all) {
                rig.warm(subject, LoadPlan.atOnce(plan.body(), WARMING_CALLS, WARMING, SHORT.pieces()));
            }
        }
        rig.upstream.answer(answer);
        for (Subject subject : all) {
            rig.warm(subject, plan);
            cost(rig, subject);
        }
        Map<String, List<Double>> costs = new LinkedHashMap<>();
        Report.Machine before = Report.Machine.now();
        long mock = rig.upstream.cpu();
        long load = rig.load.cpu();
        long begun = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            for (Subject subject : all) {
                costs.computeIfAbsent(subject.name(), key -> new ArrayList<>()).add(cost(rig, subject));
            }
            Collections.reverse(all);
        }
        double wall = System.nanoTime() - begun;
        report.raw(id, what, costs);
        costs.forEach((subject, values) -> report.cost(id, what, unit.word, subject, new Spread(values), costs));
        for (Limit limit : limits) {
            costs.keySet().stream()
                    .filter(subject -> subject.startsWith(Rig.PRODUCT))
                    .forEach(subject -> judge(limit, subject, costs, report));
        }
        report.line("   " + before + "; upstream " + percent(rig.upstream.cpu() - mock, wall) + ", load "
                + percent(rig.load.cpu() - load, wall) + " of their processor");
        return costs;
    }

    private void judge(Limit limit, String subject, Map<String, List<Double>> costs, Report report) {
        String peer = limit.peer() == null ? null : Rig.peer(limit.peer(), subject);
        if (peer == null) {
            double micros = Spread.of(costs, subject).median();
            report.atMost(limit.id(), subject + ": " + what, micros, limit.most(), " µs/" + unit.word);
        } else if (costs.containsKey(peer)) {
            double times = Spread.ofRatios(costs, subject, peer).median();
            report.atMost(limit.id(), subject + ": " + what, times, limit.most(), " times " + peer);
        }
    }

    /** Microseconds for each unit. */
    private double cost(Rig rig, Subject subject) throws IOException {
        long before = subject.cpu();
        LoadResult result = rig.run(subject, plan);
        return TimeUnit.NANOSECONDS.toMicros(subject.cpu() - before) / (double) unit.count(result);
    }

    private static String percent(long part, double all) {
        return Spread.number(100 * part / all) + " %";
    }
}
