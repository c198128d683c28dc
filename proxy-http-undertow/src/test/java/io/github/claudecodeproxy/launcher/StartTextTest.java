package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.claudecodeproxy.http.SettingsException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartTextTest {

    private static final String CANARY = "canary-4711";

    @TempDir
    Path directory;

    @Test
    void printsWhatAPersonNeeds() {
        List<String> lines = started(Map.of("OPENAI_API_KEY", CANARY, "BIG_MODEL", "gpt-4.1"));

        assertThat(lines)
                .contains("Listening on http://127.0.0.1:8082")
                .contains("Provider     openai at https://api.openai.com/v1")
                .contains("Models       opus -> gpt-4.1, sonnet -> gpt-4.1, haiku -> gpt-4o-mini")
                .contains("  export ANTHROPIC_BASE_URL=http://127.0.0.1:8082")
                .contains("  export ANTHROPIC_API_KEY=dummy")
                .contains("  export CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1")
                .contains(
                        "  export CLAUDE_CODE_AUTO_COMPACT_WINDOW=1047576",
                        "  export CLAUDE_CODE_MAX_CONTEXT_TOKENS=1047576")
                .contains("  claude --permission-mode default");
        assertThat(lines.get(0)).matches("claude-code-proxy \\d+\\.\\d+.*");
        assertThat(squeezed(lines))
                .contains("OPENAI_API_KEY set, not shown (environment)")
                .contains("BIG_MODEL gpt-4.1 (environment)")
                .contains("PORT 8082 (default)");
    }

    @Test
    void neverASecret() {
        String text = String.join(
                "\n",
                started(Map.of(
                        "OPENAI_API_KEY", CANARY,
                        "ANTHROPIC_API_KEY", "other-" + CANARY,
                        "CUSTOM_HEADER_AUTHORIZATION", "Bearer " + CANARY,
                        // pasted into the wrong line
                        "BIG_MODEL", CANARY,
                        "SMALL_MODEL", "sk-proj-" + CANARY + "-0123456789abcdef",
                        "OPENAI_BASE_URL", "https://example.com/v1?key=" + CANARY)));

        assertThat(text).doesNotContain(CANARY).contains("export ANTHROPIC_API_KEY=\"your ANTHROPIC_API_KEY\"");
    }

    @Test
    void warnsWhenOpen() {
        List<String> lines =
                started(Map.of("OPENAI_API_KEY", "dummy", "HOST", "0.0.0.0", "ALLOW_UNAUTHENTICATED", "true"));

        assertThat(lines)
                .contains("Listening on http://127.0.0.1:8082, and for other machines")
                .anyMatch(line -> line.startsWith("Warning: ALLOW_UNAUTHENTICATED"));
    }

    @Test
    void onLoopbackOnlyItsNamesAreServed() {
        assertThat(plan(Map.of("OPENAI_API_KEY", "k")).proxy().allowedHosts())
                .containsExactlyInAnyOrder("localhost", "127.0.0.1", "::1");
        assertThat(plan(Map.of("OPENAI_API_KEY", "k", "ANTHROPIC_API_KEY", "k"))
                        .proxy()
                        .allowedHosts())
                .isEmpty();
        assertThat(plan(Map.of("OPENAI_API_KEY", "k", "HOST", "0.0.0.0", "ALLOW_UNAUTHENTICATED", "true"))
                        .proxy()
                        .allowedHosts())
                .containsExactlyInAnyOrder("*", "host.docker.internal", "0.0.0.0");
    }

    @Test
    void allProblemsOfAllPartsWithoutValues() {
        Map<String, String> environment = new HashMap<>();
        environment.put("OPENAI_API_KEY", CANARY + "\n");
        environment.put("PORT", CANARY);
        environment.put("REQUEST_TIMEOUT", CANARY);
        environment.put("OPENAI_BASE_URL", "ftp://" + CANARY + "@example.com");
        environment.put("CUSTOM_HEADER_TRANSFER_ENCODING", CANARY);

        assertThatThrownBy(() -> plan(environment)).isInstanceOfSatisfying(SettingsException.class, e -> {
            String text = String.join("\n", e.problems());
            assertThat(text)
                    .doesNotContain(CANARY)
                    .contains("OPENAI_API_KEY:", "PORT:", "REQUEST_TIMEOUT:", "OPENAI_BASE_URL:")
                    .contains("CUSTOM_HEADER_TRANSFER_ENCODING:");
        });
    }

    @Test
    void aMissingKeyIsOneLineThatNamesTheDemo() {
        assertThatThrownBy(() -> plan(Map.of()))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.problems())
                                .singleElement()
                                .asString()
                                .startsWith("OPENAI_API_KEY:")
                                .contains("--demo"));
    }

    private List<String> started(Map<String, String> environment) {
        return new StartText(plan(environment)).started(8082);
    }

    private Plan plan(Map<String, String> environment) {
        Options options = Options.parse(List.of());
        return Plan.of(Configuration.read(options, environment, directory), new Properties());
    }

    private static List<String> squeezed(List<String> lines) {
        return lines.stream().map(line -> line.strip().replaceAll(" +", " ")).toList();
    }
}
