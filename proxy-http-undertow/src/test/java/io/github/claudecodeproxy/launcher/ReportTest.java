package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.TripFolder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that are kept, and what a person attaches to a report of a fault. */
@Timeout(180)
class ReportTest {

    private static final HeaderList JSON =
            HeaderList.of("content-type", "application/json", "x-api-key", "canary-of-client");

    private static final String REQUEST = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":100,\"stream\":true,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"prompt-canary, please\"}],\"tools\":[{\"name\":\"Read\","
            + "\"description\":\"word-canary\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"file_path\":"
            + "{\"type\":\"string\"}}}}]}";

    @TempDir
    Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();

    @AfterEach
    void stop() {
        upstream.close();
    }

    private LaunchedProcess launch(String... arguments) throws Exception {
        return LaunchedProcess.start(
                directory,
                Map.of(
                        "OPENAI_BASE_URL", upstream.baseUrl().toString(),
                        "OPENAI_API_KEY", "canary-of-provider",
                        "ANTHROPIC_API_KEY", "canary-of-client",
                        "CUSTOM_HEADER_X_TEAM", "canary-of-team",
                        "STATE_SECRET", "canary-of-state",
                        "HOST", "127.0.0.1",
                        "MAX_RETRIES", "0",
                        "PORT", "0"),
                List.of(arguments));
    }

    private static Response call(LaunchedProcess process, String body) throws Exception {
        return TestClient.call(URI.create(process.url()), "POST", "/v1/messages", JSON, body);
    }

    private TripFolder report(String id) throws Exception {
        try (LaunchedProcess process = launch("--record", "kept", "report", id)) {
            assertThat(process.exit()).isZero();
            assertThat(process.out().get(0)).startsWith("Made ");
            Path folder = directory.resolve(Path.of(process.out().get(0).substring("Made ".length())));
            return TripFolder.all(directory, folder.getFileName().toString()).get(0);
        }
    }

    private static void end(LaunchedProcess process) throws Exception {
        process.terminate();
        process.exit();
    }

    private List<String> everythingOnDisk() throws Exception {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return texts;
    }

    @Test
    void aStreamBecomesATripWithoutItsContent() throws Exception {
        upstream.alwaysReply(request -> Reply.sse(
                Chunks.text("answer-canary"),
                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"Read\",\"arguments\":\"{\\\"file_path\\\":\\\"/path-canary\\\"}\"}}]}}]}",
                Chunks.finish("tool_calls"),
                Chunks.usage(20, 5),
                "[DONE]"));
        String got;
        String id;
        try (LaunchedProcess process = launch("--record", "kept")) {
            Response answer = call(process, REQUEST);
            got = answer.text();
            id = String.valueOf(answer.headers().first("request-id"));
            end(process);
        }
        TripFolder trip = report(id);
        assertThat(everythingOnDisk()).isNotEmpty().noneMatch(text -> text.contains("canary"));
        assertThat(trip.provider()).isEqualTo("generic");
        assertThat(trip.json("claude-request.json").at("/tools/0/name").asText())
                .isEqualTo("Read");
        assertThat(trip.json("openai-request.json").at("/messages/0/content").asText())
                .isEqualTo("xxxxxx-xxxxxx, xxxxxx");
        assertThat(trip.text("upstream.sse")).contains("\"arguments\":\"{\\\"file_path\\\":\\\"/xxxx-xxxxxx\\\"}\"");
        // what the client got, but for its letters
        JsonNode shown = ClaudeGrammar.fold(trip.text("claude-events.sse").replace("\"*\"", "1"));
        JsonNode real = ClaudeGrammar.fold(got);
        assertThat(shown.at("/content/1/input/file_path").asText()).isEqualTo("/xxxx-xxxxxx");
        assertThat(shown.at("/content/1/name")).isEqualTo(real.at("/content/1/name"));
        assertThat(shown.at("/content/1/id")).isEqualTo(real.at("/content/1/id"));
        assertThat(shown.path("stop_reason")).isEqualTo(real.path("stop_reason"));
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("kept"))))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void contentIsKeptOnRequestAndKeysNotEvenThen() throws Exception {
        upstream.alwaysReply(request -> Reply.json(200, Chunks.completion("canary-of-provider is the answer-word")));
        try (LaunchedProcess process = launch("--record=kept", "--record-content")) {
            assertThat(call(process, REQUEST.replace("\"stream\":true", "\"stream\":false"))
                            .status())
                    .isEqualTo(200);
            end(process);
        }
        TripFolder trip = report("last");
        assertThat(trip.json("claude-message.json").at("/content/0/text").asText())
                .isEqualTo("*** is the answer-word");
        assertThat(trip.json("claude-request.json").at("/messages/0/content").asText())
                .isEqualTo("prompt-canary, please");
        assertThat(everythingOnDisk()).noneMatch(text -> text.contains("canary-of"));
    }

    @Test
    void anErrorOfTheProviderKeepsItsWords() throws Exception {
        upstream.alwaysReply(request -> Reply.json(429, Chunks.error("Slow down a little", "rate_limit_error")));
        try (LaunchedProcess process = launch("--record", "kept")) {
            assertThat(call(process, REQUEST).status()).isEqualTo(429);
            end(process);
        }
        TripFolder trip = report("last");
        assertThat(trip.status()).isEqualTo(429);
        assertThat(trip.text("upstream-error.json")).contains("Slow down a little");
        assertThat(trip.json("claude-error.json").at("/body/error/message").asText())
                .contains("Slow down a little");
    }

    @Test
    void whatIsNotKeptIsSaid() throws Exception {
        try (LaunchedProcess process = launch("--record", "nothing", "report", "last")) {
            assertThat(process.exit()).isEqualTo(1);
            assertThat(process.err()).contains("claude-code-proxy: --record: there is no such folder");
        }
        try (LaunchedProcess process = launch("report", "last")) {
            assertThat(process.exit()).isEqualTo(2);
            assertThat(process.err()).contains("claude-code-proxy: report is used as --record DIR report ID");
        }
    }
}
