package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code claude-code-proxy code}, with a program in the place of Claude Code that says how it was started. */
class CodeTest {

    private static final String SAYS_HOW = """
            #!/bin/sh
            echo "arguments: $*"
            echo "url: $ANTHROPIC_BASE_URL"
            echo "token: $ANTHROPIC_AUTH_TOKEN"
            echo "key: ${ANTHROPIC_API_KEY:-none} bedrock: ${CLAUDE_CODE_USE_BEDROCK:-none}"
            echo "window: ${CLAUDE_CODE_MAX_CONTEXT_TOKENS:-none} ${CLAUDE_CODE_AUTO_COMPACT_WINDOW:-none}"
            echo "traffic: $CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC home: $HOME"
            exit 7
            """;

    @TempDir
    private Path directory;

    private LaunchedProcess launch(Map<String, String> more, String... arguments) throws IOException {
        Map<String, String> environment = new TreeMap<>(Map.of(
                "OPENAI_API_KEY", "sk-canary",
                "OPENAI_BASE_URL", "http://127.0.0.1:9/v1",
                "PATH", "/nowhere:" + directory.resolve("bin"),
                "HOME", "/home/of/somebody",
                "PORT", "0"));
        environment.putAll(more);
        return LaunchedProcess.start(directory, environment, List.of(arguments));
    }

    private void claude(String script) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("bin"));
        Path program = Files.writeString(folder.resolve("claude"), script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void claudeCodeIsStartedTowardsAProxyOfItsOwnAndItsExitStatusIsOurs() throws Exception {
        claude(SAYS_HOW);
        try (LaunchedProcess process = launch(Map.of("CLAUDE_CODE_USE_BEDROCK", "1"), "code", "-p", "say hello")) {
            assertThat(process.exit()).isEqualTo(7);
            assertThat(process.out())
                    .contains(
                            "arguments: --permission-mode default -p say hello",
                            "token: dummy",
                            "key: none bedrock: none",
                            "window: 128000 128000",
                            "traffic: 1 home: /home/of/somebody")
                    .anyMatch(line -> line.matches("url: http://127\\.0\\.0\\.1:\\d+"));
            assertThat(process.err()).singleElement().asString().startsWith("claude-code-proxy: proxy at http");
        }
    }

    @Test
    void theClientKeyIsHandedOnAndWhoNamesAPermissionModeKeepsIt() throws Exception {
        claude(SAYS_HOW);
        Map<String, String> more =
                Map.of("ANTHROPIC_API_KEY", "key-of-a,key-of-b", "ANTHROPIC_BASE_URL", "http://else");
        try (LaunchedProcess process = launch(more, "code", "--permission-mode=plan", "--check")) {
            assertThat(process.exit()).isEqualTo(7);
            assertThat(process.out())
                    .contains("arguments: --permission-mode=plan --check", "token: key-of-a", "key: none bedrock: none")
                    .noneMatch(line -> line.contains("http://else"));
        }
    }

    @Test
    void aProxyThatRunsIsUsed() throws Exception {
        claude(SAYS_HOW);
        Map<String, String> key = Map.of("ANTHROPIC_API_KEY", "key-of-clients", "HOST", "127.0.0.1");
        try (LaunchedProcess running = launch(key)) {
            String url = running.url();
            Map<String, String> there = new TreeMap<>(key);
            there.put("PORT", url.substring(url.lastIndexOf(':') + 1));
            try (LaunchedProcess process = launch(there, "code")) {
                assertThat(process.exit()).isEqualTo(7);
                assertThat(process.out()).contains("url: " + url, "window: 128000 128000");
            }
            there.put("ANTHROPIC_API_KEY", "another-key-of-clients");
            try (LaunchedProcess process = launch(there, "code")) {
                assertThat(process.exit()).isEqualTo(7);
                assertThat(process.out()).doesNotContain("url: " + url);
            }
        }
    }

    @Test
    void somebodyElseOnThePortGetsNoKey() throws Exception {
        claude(SAYS_HOW);
        try (ScriptedUpstream other = ScriptedUpstream.start()) {
            other.alwaysReply(request -> Reply.json(200, "{\"name\":\"something else\"}"));
            Map<String, String> there = Map.of(
                    "ANTHROPIC_API_KEY", "key-of-clients", "HOST", "127.0.0.1", "PORT", String.valueOf(other.port()));
            try (LaunchedProcess process = launch(there, "code")) {
                assertThat(process.exit()).isEqualTo(7);
                assertThat(process.out()).noneMatch(line -> line.endsWith(":" + other.port()));
            }
            assertThat(other.requests()).singleElement().satisfies(request -> {
                assertThat(request.header("authorization")).isNull();
                assertThat(request.header("x-api-key")).isNull();
            });
        }
    }

    @Test
    void theProxyEndsWithTheClientAndTheClientWithTheProxy() throws Exception {
        claude(
                "#!/bin/sh\ntrap 'exit 3' TERM\necho \"Listening on $ANTHROPIC_BASE_URL\"\nwhile :; do sleep 0.1; done\n");
        try (LaunchedProcess process = launch(Map.of("PATH", directory.resolve("bin") + ":/usr/bin:/bin"), "code")) {
            URI address = URI.create(process.url());
            assertThat(TestClient.call(address, "GET", "/health", HeaderList.of(), "")
                            .status())
                    .isEqualTo(200);
            process.terminate();
            assertThat(process.exit()).isEqualTo(3);
            assertThat(refused(address)).isTrue();
        }
    }

    @Test
    void whoHasNoClaudeCodeIsToldHowToGetIt() throws Exception {
        try (LaunchedProcess process = launch(Map.of(), "--demo", "code")) {
            assertThat(process.exit()).isEqualTo(1);
            assertThat(process.err()).singleElement().asString().contains("npm install -g @anthropic-ai/claude-code");
        }
    }

    @Test
    void theDemoAndAMistakeAreAsWithoutAClient() throws Exception {
        claude(SAYS_HOW);
        try (LaunchedProcess process = launch(Map.of(), "--demo", "code", "--demo")) {
            assertThat(process.exit()).isEqualTo(7);
            assertThat(process.out()).contains("arguments: --permission-mode default --demo");
        }
        try (LaunchedProcess process = launch(Map.of("MAX_RETRIES", "canary"), "code")) {
            assertThat(process.exit()).isEqualTo(2);
            assertThat(process.err())
                    .singleElement()
                    .asString()
                    .contains("MAX_RETRIES")
                    .doesNotContain("canary");
        }
    }

    private static boolean refused(URI address) throws IOException {
        try {
            TestClient.connect(address).close();
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }
}
