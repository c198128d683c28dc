package io.github.claudecodeproxy.undertow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.bars.Bars;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The bars of reliability, measured at the standalone server. Takes minutes and depends on the machine, so it runs only
 * when asked for by name; see CONTRIBUTING.md. The system property {@code bars} chooses, as {@code R1,R2};
 * {@code jdkClient=true} is for {@code UPSTREAM_CLIENT=jdk}.
 */
class UndertowBars {

    @Test
    void areMet() throws Exception {
        List<String> ids = Arrays.stream(System.getProperty("bars", "").split(","))
                .filter(id -> !id.isBlank())
                .toList();
        UndertowTarget server = Boolean.getBoolean("jdkClient") ? UndertowTarget.withJdkClient() : new UndertowTarget();
        assertThat(Bars.measure(server, ids)).as("all bars are met").isTrue();
    }
}
