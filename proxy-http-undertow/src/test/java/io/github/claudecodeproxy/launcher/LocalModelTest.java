package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The started program in front of a server of one's own whose window is small. */
@Timeout(180)
class LocalModelTest {

    @TempDir
    Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();

    @AfterEach
    void stop() {
        upstream.close();
    }

    private LaunchedProcess launch(int window, String... arguments) throws Exception {
        upstream.alwaysReply(request -> switch (request.path()) {
            case "/api/ps" ->
                Reply.json(200, "{\"models\":[{\"name\":\"qwen3:8b\",\"context_length\":" + window + "}]}");
            case "/api/generate" -> Reply.json(200, "{}");
            default -> Reply.json(200, Chunks.completion("OK"));
        });
        return LaunchedProcess.start(
                directory,
                Map.of(
                        "OPENAI_BASE_URL", upstream.baseUrl().toString(),
                        "OPENAI_API_KEY", "ollama",
                        "PROVIDER", "ollama",
                        "BIG_MODEL", "qwen3:8b",
                        "SMALL_MODEL", "qwen3:8b",
                        "PORT", "0"),
                List.of(arguments));
    }

    @Test
    void theCheckSaysThatTheWindowIsTooSmallAndWhatToDo() throws Exception {
        try (LaunchedProcess process = launch(4096, "--check")) {
            assertThat(process.exit()).isEqualTo(1);
            assertThat(process.out())
                    .contains("OK: qwen3:8b answered. All is ready.")
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("Window of qwen3:8b: 4096 tokens, too small for Claude Code")
                            .contains(
                                    "OLLAMA_CONTEXT_LENGTH=64000",
                                    "\"FROM qwen3:8b\" and \"PARAMETER num_ctx 64000\"",
                                    "ollama create qwen3-64k"));
        }
    }

    @Test
    void aWindowThatIsLargeEnoughIsToldAndAllIsWell() throws Exception {
        try (LaunchedProcess process = launch(65536, "--check")) {
            assertThat(process.exit()).isZero();
            assertThat(process.out()).contains("Window of qwen3:8b: 65536 tokens.");
        }
    }

    @Test
    void theStartTellsClaudeCodeTheWindowAndWarns() throws Exception {
        try (LaunchedProcess process = launch(4096)) {
            process.awaitOut("Automatic permission mode");
            process.terminate();
            process.exit();
            assertThat(process.out())
                    .anyMatch(line -> line.endsWith("CLAUDE_CODE_MAX_CONTEXT_TOKENS=4096"))
                    .anyMatch(line -> line.startsWith("Warning: Window of qwen3:8b: 4096 tokens, too small"));
        }
    }
}
