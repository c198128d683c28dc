package io.github.claudecodeproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.provider.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the README to what is compiled and configured. */
class ReadmeTest {

    private static final Path PROJECT = Path.of("..");
    private static final Path EXAMPLES = Path.of("src/main/java/io/github/claudecodeproxy/examples");

    private static final Path TESTS = Path.of("src/test/java/io/github/claudecodeproxy/examples");
    private static final Path SDK_TEST =
            Path.of("../proxy-anthropic-sdk/src/test/java/io/github/claudecodeproxy/sdk/EngineHttpClientTest.java");

    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NOT_SHOWN =
            Pattern.compile("/\\*\\*.*?\\*/|^(?:package|import) .*?;", Pattern.DOTALL | Pattern.MULTILINE);

    /** A name at the start of a line, switched off or not. */
    private static final Pattern VARIABLE = Pattern.compile("^#?([A-Z_]+)=", Pattern.MULTILINE);

    /** The first cell of a row of the configuration table. */
    private static final Pattern ROW = Pattern.compile("^\\| `([A-Z_]+)` \\|.*\\|.*\\|.*\\|$", Pattern.MULTILINE);

    @Test
    void showsTheExamplesAsTheyAreCompiled() throws IOException {
        List<String> shown =
                groups(JAVA_BLOCK, readme()).map(ReadmeTest::withoutBlanks).toList();
        assertThat(shown)
                .containsExactly(
                        code(EXAMPLES.resolve("TranslateMessage.java")),
                        code(EXAMPLES.resolve("TranslateStream.java")),
                        code(TESTS.resolve("SpringApplication.java")),
                        withoutBlanks("AnthropicClient client = EngineHttpClient.of(settings).client();"));
        assertThat(Files.readString(SDK_TEST))
                .contains("AnthropicClient client = EngineHttpClient.of(settings).client();");
    }

    @Test
    void explainsEveryVariable() throws IOException {
        List<String> offered = groups(VARIABLE, Files.readString(PROJECT.resolve(".env.example")))
                .filter(name -> !name.startsWith("CUSTOM_HEADER_") && !name.startsWith("UPSTREAM_LAB_"))
                .distinct()
                .toList();
        String section = between(readme(), "## Configuration", "### Models");
        assertThat(groups(ROW, section)).containsExactlyInAnyOrderElementsOf(offered);
        assertThat(section).contains("| `CUSTOM_HEADER_*` |", "| `UPSTREAM_*_BASE_URL` |", "| `UPSTREAM_*_API_KEY` |");
    }

    @Test
    void namesEveryProvider() throws IOException {
        String section = between(readme(), "## Provider examples", "### OpenAI");
        List<String> names = Providers.builtIn().all().stream()
                .map(ProviderProfile::name)
                .map(name -> "| `" + name + "` |")
                .toList();
        assertThat(section).contains(names);
    }

    private static String readme() throws IOException {
        return Files.readString(PROJECT.resolve("README.md")).replace("\r\n", "\n");
    }

    private static String code(Path file) throws IOException {
        String source = Files.readString(file);
        return withoutBlanks(NOT_SHOWN.matcher(source).replaceAll(""));
    }

    private static String withoutBlanks(String code) {
        return code.replaceAll("\\s+", "");
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf("\n" + start + "\n");
        int to = text.indexOf("\n" + end + "\n", from);
        assertThat(from).as(start).isNotNegative();
        assertThat(to).as(end).isGreaterThan(from);
        return text.substring(from, to);
    }

    private static Stream<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text).results().map((MatchResult match) -> match.group(1));
    }
}
