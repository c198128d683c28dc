package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.claudecodeproxy.claude.Usage;
import io.github.claudecodeproxy.http.CallReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventJsonTest {

    private static final Secrets SECRETS = Secrets.of(Map.of("OPENAI_API_KEY", "canary-key"));

    private static String line(String message, @Nullable Throwable thrown, Object... arguments) throws Exception {
        LoggingEvent event = new LoggingEvent(
                "x",
                new LoggerContext().getLogger("io.github.claudecodeproxy.http.Some"),
                Level.INFO,
                message,
                thrown,
                arguments);
        String line = new EventJson(SECRETS).doLayout(event);
        assertThat(line.lines()).hasSize(1);
        assertThat(line).endsWith(System.lineSeparator()).doesNotContain("canary", "\u001b");
        assertThat(JsonMapper.builder().build().readTree(line).path("time").asText())
                .isEqualTo(event.getInstant().toString());
        return line.substring(line.indexOf("\"level\""));
    }

    @Test
    void anEventIsAnObjectOnOneLine() throws Exception {
        assertThat(line("with canary-key\n\u001b[31mfailed", null).strip())
                .isEqualTo("\"level\":\"INFO\",\"logger\":\"Some\"," + "\"message\":\"with ***\\n\\u001B[31mfailed\"}");
        assertThat(line("failed", new IllegalStateException("canary-key"))).contains("IllegalStateException: ***");
    }

    @Test
    void aCallHasItsNumbers() throws Exception {
        CallReport call = new CallReport(
                "req_1",
                "claude canary-key",
                "gpt-4o",
                true,
                200,
                "end_turn",
                null,
                Usage.of(12, 2, 8, 3),
                Duration.ofMillis(300),
                null,
                Duration.ofMillis(900),
                2,
                List.of(),
                null);
        assertThat(line("{}", null, call).strip())
                .contains("\"message\":\"req_1 claude *** -> gpt-4o stream status=200 end=end_turn attempts=2")
                .endsWith("first_ms=300 ms=900\",\"request_id\":\"req_1\",\"requested_model\":\"claude ***\","
                        + "\"model\":\"gpt-4o\",\"stream\":true,\"status\":200,\"end\":\"end_turn\",\"attempts\":2,"
                        + "\"input_tokens\":12,\"output_tokens\":3,\"cache_read_input_tokens\":8,"
                        + "\"cache_creation_input_tokens\":2,\"first_ms\":300,\"ms\":900}");
    }

    @Test
    void whatIsNotKnownIsLeftOut() throws Exception {
        CallReport call = new CallReport(
                "req_1",
                "claude",
                "gpt-4o",
                false,
                499,
                "client_gone",
                null,
                null,
                null,
                null,
                Duration.ofMillis(9),
                1,
                List.of(),
                null);
        assertThat(line("{}", null, call).strip()).endsWith("\"end\":\"client_gone\",\"attempts\":1,\"ms\":9}");
    }
}
