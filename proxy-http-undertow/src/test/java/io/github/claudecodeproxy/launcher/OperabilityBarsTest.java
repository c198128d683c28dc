package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as somebody sees it who runs it, one test for each bar of operability that is no time or size. */
@Timeout(120)
class OperabilityBarsTest {

    private static final String MESSAGES = "/v1/messages";
    private static final HeaderList OWN =
            HeaderList.of("content-type", "application/json", "x-api-key", "client-key-1");
    private static final String CALL = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":50,\"messages\":"
            + "[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final String STREAM = CALL.replace("{\"model\"", "{\"stream\":true,\"model\"");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir
    private Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();

    @AfterEach
    void stop() {
        upstream.close();
    }

    private LaunchedProcess launch(Map<String, String> more) throws Exception {
        Map<String, String> environment = new TreeMap<>(Map.of(
                "OPENAI_API_KEY", "k",
                "OPENAI_BASE_URL", upstream.baseUrl().toString(),
                "ANTHROPIC_API_KEY", "client-key-1",
                "HOST", "127.0.0.1",
                "PORT", "0",
                "MAX_RETRIES", "1"));
        environment.putAll(more);
        return LaunchedProcess.start(directory, environment, List.of());
    }

    @Test
    @DisplayName("O3 every problem at once, none with its value; unknown names of the file are warned about")
    void configurationErrors() throws Exception {
        Map<String, String> bad = Map.of(
                "PORT", "canary",
                "LOG_LEVEL", "canary",
                "LOG_FORMAT", "canary",
                "MAX_RETRIES", "canary",
                "REQUEST_TIMEOUT", "canary",
                "OPENAI_BASE_URL", "canary",
                "TLS_CERT_FILE", "canary");
        try (LaunchedProcess process = launch(bad)) {
            assertThat(process.exit()).isEqualTo(2);
            for (String variable : bad.keySet()) {
                assertThat(process.err()).as(variable).anyMatch(line -> line.contains(variable));
            }
            assertThat(process.err()).noneMatch(line -> line.contains("canary"));
        }
        Files.writeString(directory.resolve(".env"), "OPENAI_API_KY=k\nSOMETHING_ELSE=1\n");
        try (LaunchedProcess process = launch(Map.of("OPENAI_BASE_URL", "canary"))) {
            assertThat(process.exit()).isEqualTo(2);
            assertThat(process.err())
                    .anyMatch(line -> line.contains("OPENAI_API_KY") && line.contains("OPENAI_API_KEY"));
        }
    }

    @Test
    @DisplayName("O4 every answer has a request id, that of the body and of the log")
    void requestId() throws Exception {
        try (LaunchedProcess process = launch(Map.of("LOG_LEVEL", "DEBUG"))) {
            URI address = URI.create(process.url());
            upstream.alwaysReply(request -> Reply.json(500, Chunks.error("no", "server_error")));
            List<Response> answers = new ArrayList<>();
            answers.add(TestClient.call(address, "GET", "/health", OWN, ""));
            answers.add(TestClient.call(address, "GET", "/metrics", OWN, ""));
            answers.add(TestClient.call(address, "GET", "/", OWN.with("accept", "text/html"), ""));
            answers.add(TestClient.call(address, "GET", "/nowhere", OWN, ""));
            answers.add(TestClient.call(address, "PUT", MESSAGES, OWN, "{}"));
            answers.add(TestClient.call(address, "POST", MESSAGES, OWN, "{}"));
            answers.add(TestClient.call(address, "POST", MESSAGES, OWN, CALL));
            answers.add(TestClient.call(address, "POST", MESSAGES, HeaderList.of("x-api-key", "no"), CALL));
            answers.add(TestClient.call(address, "POST", MESSAGES, OWN.with("origin", "http://x"), CALL));
            answers.add(TestClient.call(address, "POST", MESSAGES, OWN, CALL.replace("Hello", "a".repeat(33 << 20))));
            List<String> ids = new ArrayList<>();
            for (Response answer : answers) {
                String id = answer.headers().first("request-id");
                assertThat(id).as(answer.status() + " " + answer.text()).startsWith("req_");
                if (answer.status() >= 400) {
                    assertThat(answer.json().path("request_id").asText()).isEqualTo(id);
                }
                ids.add(id);
            }
            assertThat(answers).extracting(Response::status).contains(200, 404, 405, 400, 500, 401, 403, 413);
            assertThat(ids).doesNotHaveDuplicates();
            process.terminate();
            process.exit();
            String log = String.join("\n", process.err()) + String.join("\n", process.out());
            assertThat(log).contains(ids);
        }
    }

    @Test
    @DisplayName("O5 one line of JSON for each call")
    void logLine() throws Exception {
        try (LaunchedProcess process = launch(Map.of("LOG_FORMAT", "json"))) {
            URI address = URI.create(process.url());
            upstream.reply(Reply.sse(Chunks.answer("Hello")));
            TestClient.call(address, "POST", MESSAGES, OWN, STREAM);
            upstream.reply(Reply.json(400, Chunks.error("bad", "invalid_request_error")));
            TestClient.call(address, "POST", MESSAGES, OWN, CALL);
            upstream.reply(
                    Reply.streaming().sse(Chunks.role(), Chunks.text("Hel")).stall());
            try (TestClient leaving = TestClient.connect(address)) {
                leaving.send("POST", MESSAGES, OWN, STREAM);
                leaving.response().readUntil("Hel");
            }
            // counted when it has been logged
            while (!TestClient.call(address, "GET", "/metrics", OWN, "").text().contains("status=\"499\"")) {
                Thread.sleep(20);
            }
            process.terminate();
            process.exit();
            List<String> lines = new ArrayList<>(process.err());
            lines.addAll(process.out());
            List<JsonNode> calls = new ArrayList<>();
            for (String line : lines) {
                if (line.startsWith("{") && line.contains("\"request_id\"")) {
                    calls.add(MAPPER.readTree(line));
                }
            }
            assertThat(calls)
                    .extracting(call ->
                            call.path("status").asInt() + " " + call.path("end").asText())
                    .containsExactly("200 end_turn", "400 invalid_request_error", "499 client_gone");
            assertThat(calls)
                    .allSatisfy(call -> assertThat(call.fieldNames())
                            .toIterable()
                            .contains("time", "request_id", "requested_model", "model", "stream", "attempts", "ms"));
            assertThat(calls.get(0).fieldNames()).toIterable().contains("first_ms", "input_tokens", "output_tokens");
        }
    }

    @Test
    @DisplayName("O6 the metrics tell what runs, what was tried, what ended how, and what rests")
    void metrics() throws Exception {
        try (LaunchedProcess process = launch(Map.of())) {
            URI address = URI.create(process.url());
            upstream.reply(Reply.json(503, Chunks.error("busy", "server_error")))
                    .reply(Reply.streaming()
                            .sse(Chunks.role(), Chunks.text("Hel"), Chunks.text("lo"), Chunks.finish("stop"))
                            .done()
                            .end());
            TestClient.call(address, "POST", MESSAGES, OWN, STREAM);
            upstream.alwaysReply(request -> Reply.json(503, Chunks.error("down", "server_error")));
            for (int i = 0; i < 5; i++) {
                TestClient.call(address, "POST", MESSAGES, OWN, CALL);
            }
            String metrics =
                    TestClient.call(address, "GET", "/metrics", OWN, "").text();
            assertThat(metrics.lines())
                    .contains(
                            "claude_proxy_calls_in_flight 0.0",
                            "claude_proxy_calls_refused_total 0.0",
                            "claude_proxy_calls_total{model=\"gpt-4o\",outcome=\"end_turn\",status=\"200\"} 1.0",
                            "claude_proxy_time_to_first_content_seconds_count{model=\"gpt-4o\"} 1",
                            "claude_proxy_longest_gap_seconds_count{model=\"gpt-4o\"} 1",
                            "claude_proxy_breaker_open{model=\"gpt-4o\",state=\"open\"} 1.0")
                    .anyMatch(line -> line.startsWith("claude_proxy_upstream_attempts_total{model=\"gpt-4o\"} "))
                    .anyMatch(line -> line.contains("outcome=\"overloaded_error\""));
        }
    }

    @Test
    @DisplayName("O7 the process ends when memory runs out")
    void jvmSafety() throws Exception {
        assertThat(Files.readString(Path.of("../bin/claude-code-proxy"))).contains("-XX:+ExitOnOutOfMemoryError");
        assertThat(Files.readString(Path.of("../Dockerfile"))).contains("ExitOnOutOfMemoryError", "USER ");
    }

    @Test
    @DisplayName("O8 nothing on the way may hold a stream back")
    void behindAProxy() throws Exception {
        try (LaunchedProcess process = launch(Map.of())) {
            upstream.reply(Reply.sse(Chunks.answer("Hello")));
            Response stream = TestClient.call(URI.create(process.url()), "POST", MESSAGES, OWN, STREAM);
            assertThat(stream.headers().first("cache-control")).isEqualTo("no-cache");
            assertThat(stream.headers().first("x-accel-buffering")).isEqualTo("no");
        }
    }
}
