package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.claude.Usage;
import io.github.claudecodeproxy.http.BreakerState;
import io.github.claudecodeproxy.http.CallReport;
import io.github.claudecodeproxy.http.EngineStatus;
import io.github.claudecodeproxy.http.Loss;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CallMetricsTest {

    private final CallMetrics metrics = new CallMetrics();

    private void call(String model, String outcome) {
        metrics.begun("req_1", "claude", model, true);
        metrics.ended(new CallReport(
                "req_1",
                "claude",
                model,
                true,
                200,
                outcome,
                null,
                Usage.of(12, 2, 8, 3),
                Duration.ofMillis(300),
                Duration.ofMillis(40),
                Duration.ofMillis(900),
                2,
                List.of(new Loss(model, "parameter_dropped", "top_k", "left out")),
                null));
    }

    /** The names beyond the bound are one name, whose value is told once. */
    @Test
    void breakersOfManyModelsAreTold() {
        Map<String, BreakerState> breakers = new TreeMap<>();
        for (int i = 0; i < 150; i++) {
            breakers.put("model-" + i, BreakerState.CLOSED);
        }
        breakers.put("zzz", BreakerState.OPEN);
        breakers.put("zzzz", BreakerState.LIMITED);
        metrics.watch(() -> new EngineStatus(0, 7, breakers));
        assertThat(metrics.text().lines())
                .contains(
                        "claude_proxy_calls_refused_total 7.0",
                        "claude_proxy_breaker_open{model=\"model-1\",state=\"open\"} 0.0",
                        "claude_proxy_breaker_open{model=\"other\",state=\"open\"} 1.0",
                        "claude_proxy_breaker_open{model=\"other\",state=\"limited\"} 1.0")
                .hasSizeLessThan(300);
    }

    @Test
    void aCallIsCounted() {
        metrics.begun("req_0", "claude", "gpt-4o", true);
        call("gpt-4o", "end_turn");
        call("gpt-4o", "end_turn");
        assertThat(metrics.text().lines())
                .contains(
                        "claude_proxy_calls_in_flight 1.0",
                        "claude_proxy_calls_total{model=\"gpt-4o\",outcome=\"end_turn\",status=\"200\"} 2.0",
                        "claude_proxy_upstream_attempts_total{model=\"gpt-4o\"} 4.0",
                        "claude_proxy_tokens_total{model=\"gpt-4o\",type=\"input\"} 24.0",
                        "claude_proxy_tokens_total{model=\"gpt-4o\",type=\"cache_read\"} 16.0",
                        "claude_proxy_tokens_total{model=\"gpt-4o\",type=\"cache_creation\"} 4.0",
                        "claude_proxy_tokens_total{model=\"gpt-4o\",type=\"output\"} 6.0",
                        "claude_proxy_losses_total{kind=\"parameter_dropped\"} 2.0",
                        "claude_proxy_time_to_first_content_seconds_bucket{model=\"gpt-4o\",le=\"0.25\"} 0",
                        "claude_proxy_time_to_first_content_seconds_bucket{model=\"gpt-4o\",le=\"0.5\"} 2",
                        "claude_proxy_call_duration_seconds_bucket{model=\"gpt-4o\",le=\"1.0\"} 2",
                        "claude_proxy_call_duration_seconds_count{model=\"gpt-4o\"} 2");
    }

    @Test
    void namesThatClientsChooseAreBounded() {
        for (int i = 0; i < 1_000; i++) {
            call("model-" + i, "outcome-" + i);
        }
        call("x".repeat(101), "end_turn");
        call("model-7", "outcome-7");
        assertThat(metrics.text().lines().filter(line -> line.startsWith("claude_proxy_calls_total")))
                .hasSize(101)
                .contains(
                        "claude_proxy_calls_total{model=\"model-7\",outcome=\"outcome-7\",status=\"200\"} 2.0",
                        "claude_proxy_calls_total{model=\"other\",outcome=\"other\",status=\"200\"} 901.0");
    }

    @Test
    void aNameCannotBreakTheLine() {
        call("evil\"\nmodel", "end_turn");
        assertThat(metrics.text()).contains("model=\"evil\\\"\\nmodel\"");
    }
}
