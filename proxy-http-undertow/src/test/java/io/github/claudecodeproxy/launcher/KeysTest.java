package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The started program with keys as companies keep them. */
@Timeout(180)
class KeysTest {

    private static final HeaderList JSON = HeaderList.of("content-type", "application/json");

    @TempDir
    Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private volatile String valid = "canary-key-one";

    @AfterEach
    void stop() {
        upstream.close();
    }

    private LaunchedProcess launch(String... settings) throws Exception {
        upstream.alwaysReply(
                request -> ("Bearer " + valid).equals(request.headers().first("authorization"))
                        ? Reply.json(200, Chunks.completion("Hello"))
                        : Reply.json(401, Chunks.error("this key has expired", "invalid_request_error")));
        Map<String, String> environment = new TreeMap<>(Map.of(
                "OPENAI_BASE_URL",
                upstream.baseUrl().toString(),
                "PATH",
                String.valueOf(System.getenv("PATH")),
                "LOG_LEVEL",
                "DEBUG",
                "PORT",
                "0"));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return LaunchedProcess.start(directory, environment, List.of());
    }

    private static int call(LaunchedProcess process, HeaderList headers) throws Exception {
        String body = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\","
                + "\"content\":\"hi\"}]}";
        return TestClient.call(URI.create(process.url()), "POST", "/v1/messages", headers, body)
                .status();
    }

    private static String ended(LaunchedProcess process) throws Exception {
        process.terminate();
        process.exit();
        return String.join("\n", process.out()) + String.join("\n", process.err());
    }

    @Test
    void aKeyInAFileIsReplacedWhileTheServerRuns() throws Exception {
        Path file = directory.resolve("key");
        Files.writeString(file, "canary-key-one\n");
        try (LaunchedProcess process = launch("OPENAI_API_KEY_FILE", file.toString())) {
            assertThat(call(process, JSON)).isEqualTo(200);
            valid = "canary-key-two";
            Files.writeString(file, "canary-key-two\n");
            assertThat(call(process, JSON)).isEqualTo(200);
            assertThat(ended(process)).contains("attempts=2").doesNotContain("canary");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aCommandIsRunAgainWhenItsKeyIsRefused() throws Exception {
        Path runs = directory.resolve("runs");
        String command = "echo run >> " + runs + "; cat " + directory.resolve("vault");
        Files.writeString(directory.resolve("vault"), "canary-key-one\n");
        try (LaunchedProcess process = launch("OPENAI_API_KEY_COMMAND", command)) {
            assertThat(call(process, JSON)).isEqualTo(200);
            assertThat(call(process, JSON)).isEqualTo(200);
            assertThat(Files.readAllLines(runs)).hasSize(1);
            valid = "canary-key-two";
            Files.writeString(directory.resolve("vault"), "canary-key-two\n");
            assertThat(call(process, JSON)).isEqualTo(200);
            assertThat(Files.readAllLines(runs)).hasSize(2);
            assertThat(ended(process)).doesNotContain("canary", "vault");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aCommandThatFailsStopsTheStart() throws Exception {
        try (LaunchedProcess process =
                launch("OPENAI_API_KEY_COMMAND", "echo canary-key-one; echo 'you must log in' >&2; exit 4")) {
            assertThat(process.exit()).isEqualTo(1);
            assertThat(process.err())
                    .filteredOn(line -> line.startsWith("claude-code-proxy: "))
                    .containsExactly("claude-code-proxy: OPENAI_API_KEY_COMMAND: the command ended with status 4:"
                            + " you must log in");
            assertThat(String.join("\n", process.err())).doesNotContain("canary");
        }
    }

    @Test
    void clientsAreKnownByTheNamesOfTheirKeys() throws Exception {
        String keys = "alice=canary-of-alice,bob=canary-of-bob";
        try (LaunchedProcess process =
                launch("OPENAI_API_KEY", valid, "ANTHROPIC_API_KEY", keys, "HOST", "127.0.0.1", "LOG_FORMAT", "JSON")) {
            assertThat(call(process, JSON.with("x-api-key", "canary-of-alice"))).isEqualTo(200);
            assertThat(call(process, JSON.with("authorization", "Bearer canary-of-bob")))
                    .isEqualTo(200);
            assertThat(call(process, JSON.with("x-api-key", "alice=canary-of-alice")))
                    .isEqualTo(401);
            String metrics = TestClient.call(
                            URI.create(process.url()), "GET", "/metrics", JSON.with("x-api-key", "canary-of-bob"), "")
                    .text();
            assertThat(metrics)
                    .contains("claude_proxy_client_calls_total{client=\"alice\",status=\"200\"} 1.0")
                    .doesNotContain("canary");
            assertThat(ended(process)).contains("\"client\":\"bob\"").doesNotContain("canary");
        }
    }
}
