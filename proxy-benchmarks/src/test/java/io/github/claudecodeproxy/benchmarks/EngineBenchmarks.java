package io.github.claudecodeproxy.benchmarks;

import java.util.Collection;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures the engine with JMH and prints a table: time with its error, and bytes allocated. Not part of the build; {@code
 * -Dbench=REGEX} chooses, {@code -Dforks=3 -Diterations=8} is what a table to be published wants.
 */
class EngineBenchmarks {

    @Test
    void measure() throws Exception {
        Options options = new OptionsBuilder()
                .include(System.getProperty("bench", "io.github.claudecodeproxy.benchmarks.*"))
                .forks(Integer.getInteger("forks", 1))
                .warmupIterations(Integer.getInteger("iterations", 3))
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(Integer.getInteger("iterations", 3))
                .measurementTime(TimeValue.seconds(1))
                .addProfiler(GCProfiler.class)
                .jvmArgs("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC")
                .build();
        Collection<RunResult> results = new Runner(options).run();
        System.out.printf("%n%-40s %14s %10s %-6s %14s%n", "benchmark", "time", "+-", "unit", "B allocated");
        for (RunResult run : results) {
            Result<?> time = run.getPrimaryResult();
            Result<?> allocated = run.getSecondaryResults().get("gc.alloc.rate.norm");
            String name = run.getParams().getBenchmark().replaceAll(".*\\.(\\w+\\.\\w+)$", "$1")
                    + run.getParams().getParamsKeys().stream()
                            .map(key -> " " + run.getParams().getParam(key))
                            .reduce("", String::concat);
            System.out.printf(
                    Locale.ROOT,
                    "%-40s %14.2f %10.2f %-6s %14.0f%n",
                    name,
                    time.getScore(),
                    time.getScoreError(),
                    time.getScoreUnit(),
                    allocated == null ? Double.NaN : allocated.getScore());
        }
    }
}
