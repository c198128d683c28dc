package io.github.claudecodeproxy.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultSuiteTest {

    private static final int ROWS = 86;
    private static final int FIRST_ABOUT_ANSWERS = 11;
    private static final int LAST_ABOUT_ANSWERS = 55;

    @Test
    void hasEveryRow() {
        assertThat(FaultSuite.faults().stream().map(Fault::row).collect(Collectors.toSet()))
                .isEqualTo(IntStream.rangeClosed(1, ROWS).boxed().collect(Collectors.toSet()));
    }

    /** Whatever the upstream's bytes decide is injected on every API. */
    @Test
    void leavesNoRowAboutAnswersOut() {
        assertThat(FaultSuite.faults().stream().filter(fault -> fault.sameOnEveryApi() != null))
                .isNotEmpty()
                .noneMatch(fault -> fault.row() >= FIRST_ABOUT_ANSWERS && fault.row() <= LAST_ABOUT_ANSWERS);
    }
}
