package io.github.claudecodeproxy.benchmarks.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * CPU time of the programs for the same work, one after the other and in turn the other way round, so that what the machine
 * does meanwhile meets all of them. Figures compare only within a run.
 */
record CpuCost(String id, String what, Answer answer, LoadPlan plan, Unit unit) implements Workload {

    private static final int LEAST_WARM_WINDOWS = 3;
    private static final int MOST_WARM_WINDOWS = 8;
    private static final double SETTLED = 0.05;
    private static final int ROUNDS = Integer.getInteger("rounds", 7);

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
        timesOf(rig, report);
    }

    /** Median of the product's cost in times of that of each, by name. */
    Map<String, Double> timesOf(Rig rig, Report report) throws Exception {
        rig.upstream.answer(answer);
        List<Subject> all = new ArrayList<>(rig.all());
        Subject product = all.get(0);
        for (Subject subject : all) {
            warm(rig, subject);
        }
        Map<Subject, List<Double>> costs = new LinkedHashMap<>();
        List<Double> ours = new ArrayList<>();
        costs.put(product, ours);
        Report.Machine before = Report.Machine.now();
        long mock = rig.upstream.cpu();
        long load = rig.load.cpu();
        long begun = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            for (Subject subject : all) {
                costs.computeIfAbsent(subject, key -> new ArrayList<>()).add(cost(rig, subject));
            }
            Collections.reverse(all);
        }
        double wall = System.nanoTime() - begun;
        Map<String, Double> ratios = new LinkedHashMap<>();
        report.raw(id, what, costs);
        costs.forEach((subject, values) -> {
            Spread ratio = ratio(ours, values);
            ratios.put(subject.name(), ratio.median());
            report.cost(id, what, unit.word, subject.name(), new Spread(values), ratio);
        });
        report.line("   " + before + "; upstream " + percent(rig.upstream.cpu() - mock, wall) + ", load "
                + percent(rig.load.cpu() - load, wall) + " of their processor");
        return ratios;
    }

    private void warm(Rig rig, Subject subject) throws IOException {
        double last = 0;
        for (int i = 1; i <= MOST_WARM_WINDOWS; i++) {
            double cost = cost(rig, subject);
            if (i >= LEAST_WARM_WINDOWS && Math.abs(cost - last) < SETTLED * cost) {
                return;
            }
            last = cost;
        }
    }

    /** Microseconds for each unit. */
    private double cost(Rig rig, Subject subject) throws IOException {
        long before = subject.cpu();
        LoadResult result = rig.run(subject, plan);
        return TimeUnit.NANOSECONDS.toMicros(subject.cpu() - before) / (double) unit.count(result);
    }

    private static Spread ratio(List<Double> ours, List<Double> theirs) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i) / theirs.get(i));
        }
        return new Spread(ratios);
    }

    private static String percent(long part, double all) {
        return Spread.number(100 * part / all) + " %";
    }
}
