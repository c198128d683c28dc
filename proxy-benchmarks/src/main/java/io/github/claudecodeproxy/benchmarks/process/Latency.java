package io.github.claudecodeproxy.benchmarks.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * How much later things come through each program than from the upstream itself, under a load that does not wait.
 *
 * @param medianBar milliseconds that the median is to stay under
 * @param lateBar the same of the 99th percentile
 */
record Latency(
        String id,
        String what,
        Answer answer,
        LoadPlan plan,
        Function<LoadResult, Histogram> figure,
        double medianBar,
        double lateBar)
        implements Workload {

    private static final int ROUNDS = 3;
    private static final int WARMING_CALLS = 16;
    private static final Duration WARMING = Duration.ofSeconds(2);
    private static final List<Double> PERCENTILES = List.of(50.0, 99.0);

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        List<Subject> all = rig.all();
        rig.upstream.answer(answer.unpaced());
        for (Subject subject : all) {
            rig.warm(subject, LoadPlan.atOnce(plan.body(), WARMING_CALLS, WARMING, plan.pieces()));
        }
        rig.upstream.answer(answer);
        for (Subject subject : all) {
            rig.run(subject, plan);
        }
        Map<Subject, List<List<Double>>> later = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            Histogram direct = figure.apply(rig.run(rig.direct, plan));
            for (Subject subject : all) {
                Histogram through = figure.apply(rig.run(subject, plan));
                List<List<Double>> figures = later.computeIfAbsent(
                        subject,
                        key -> PERCENTILES.stream()
                                .<List<Double>>map(p -> new ArrayList<>())
                                .toList());
                for (int i = 0; i < PERCENTILES.size(); i++) {
                    double percentile = PERCENTILES.get(i);
                    figures.get(i)
                            .add((through.getValueAtPercentile(percentile) - direct.getValueAtPercentile(percentile))
                                    / 1000.0);
                }
            }
        }
        later.forEach((subject, figures) -> {
            Spread median = new Spread(figures.get(0));
            Spread late = new Spread(figures.get(1));
            report.later(id, what, subject.name(), median, late);
            if (subject.name().startsWith(Rig.PRODUCT)) {
                report.atMost(id, subject.name() + ": " + what + ", later, median", median.median(), medianBar, " ms");
                report.atMost(id, subject.name() + ": " + what + ", later, p99", late.median(), lateBar, " ms");
            }
        });
    }
}
