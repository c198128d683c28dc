package io.github.claudecodeproxy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.benchmarks.process.Workloads;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Measures the whole server as a process of its own, beside an nginx and others that only pass bytes on. Not part of the
 * build; {@code -Dworkloads=W1,P5} chooses, {@code -Drounds} and {@code -Dseconds} say how long, {@code -Dpinned=false}
 * leaves it to the system which processor does what.
 */
class ProxyBenchmarks {

    @Test
    void measure() throws Exception {
        String chosen = System.getProperty("workloads", "");
        boolean met = chosen.equals("smoke")
                ? Workloads.smoke()
                : Workloads.measure(
                        chosen.isEmpty() ? List.of() : List.of(chosen.split(",")), Path.of("target", "benchmarks"));
        assertThat(met).as("every bar is met").isTrue();
    }
}
