package io.github.claudecodeproxy.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultSuiteTest {

    private static final int ROWS = 86;

    @Test
    void hasEveryRow() {
        assertThat(FaultSuite.faults().stream().map(Fault::row).collect(Collectors.toSet()))
                .isEqualTo(IntStream.rangeClosed(1, ROWS).boxed().collect(Collectors.toSet()));
    }
}
