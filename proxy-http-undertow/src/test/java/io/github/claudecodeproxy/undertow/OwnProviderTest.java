package io.github.claudecodeproxy.undertow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.http.SettingsException;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A provider that a user adds with a file, the very one that the README shows. */
@Timeout(120)
class OwnProviderTest {

    private static final Path README = Path.of("..", "README.md");

    @TempDir
    Path directory;

    private Path file() throws IOException {
        String readme = Files.readString(README).replace("\r\n", "\n");
        int section = readme.indexOf("### A provider of your own");
        int begin = readme.indexOf("```json\n", section) + "```json\n".length();
        return Files.writeString(
                directory.resolve("providers.json"), readme.substring(begin, readme.indexOf("```", begin)));
    }

    @Test
    void isServedAsItsFileSays() throws IOException {
        Map<String, String> variables = Map.of(
                "PROVIDERS_FILE", file().toString(),
                "PROVIDER", "acme",
                "BIG_MODEL", "acme-large",
                "SMALL_MODEL", "acme-small");
        try (RunningProxy proxy = RunningProxy.start(variables)) {
            proxy.upstream().alwaysReply(request -> Reply.json(200, Chunks.completion("Ok.")));
            JsonNode large = sent(proxy, "claude-opus-4-5");
            assertThat(large.path("model").asText()).isEqualTo("acme-large");
            assertThat(large.path("route").asText()).isEqualTo("fast");
            assertThat(large.path("max_completion_tokens").asInt())
                    .as("the model's own limit")
                    .isEqualTo(32000);
            assertThat(large.path("top_k").asInt()).isEqualTo(7);
            assertThat(large.at("/thinking/type").asText()).isEqualTo("enabled");
            assertThat(large.at("/thinking/level").asText()).isEqualTo("high");

            JsonNode small = sent(proxy, "claude-haiku-4-5");
            assertThat(small.path("model").asText()).isEqualTo("acme-small");
            assertThat(small.has("thinking")).isFalse();
        }
    }

    private static JsonNode sent(RunningProxy proxy, String model) throws IOException {
        int before = proxy.upstream().requests().size();
        String request = "{\"model\":\"" + model + "\",\"max_tokens\":64000,\"top_k\":7,"
                + "\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"max\"},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        assertThat(proxy.post("/v1/messages", request).status()).isEqualTo(200);
        return proxy.upstream().requests().get(before).json();
    }

    @Test
    void isFoundByItsHost() throws IOException {
        ProxySettings settings = ProxySettings.read(Map.of(
                "OPENAI_API_KEY", "key",
                "OPENAI_BASE_URL", "https://llm.acme.example/v1",
                "PROVIDERS_FILE", file().toString()));
        assertThat(settings.provider().name()).isEqualTo("acme");
    }

    @Test
    void tellsWhatADeploymentCanDo() throws IOException {
        ProxySettings settings = ProxySettings.read(Map.of(
                "OPENAI_API_KEY", "key",
                "OPENAI_BASE_URL", "https://r.openai.azure.com/openai/v1",
                "PROVIDERS_FILE", file().toString()));
        assertThat(settings.provider().model("chat-prod").systemRole()).isEqualTo("developer");
    }

    @Test
    void aFileThatIsWrongStopsTheStartWithOneLine() throws IOException {
        for (String wrong : new String[] {"{", "{\"providers\":[{\"name\":\"x\",\"topk\":1}]}"}) {
            Path file = Files.writeString(directory.resolve("wrong.json"), wrong);
            assertThatThrownBy(() ->
                            ProxySettings.read(Map.of("OPENAI_API_KEY", "key", "PROVIDERS_FILE", file.toString())))
                    .isInstanceOfSatisfying(
                            SettingsException.class,
                            e -> assertThat(e.problems())
                                    .singleElement()
                                    .asString()
                                    .startsWith("PROVIDERS_FILE: ")
                                    .doesNotContain("\n"));
        }
        assertThatThrownBy(() -> ProxySettings.read(Map.of(
                        "OPENAI_API_KEY",
                        "key",
                        "PROVIDERS_FILE",
                        directory.resolve("no").toString())))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.problems())
                                .singleElement()
                                .asString()
                                .startsWith("PROVIDERS_FILE: cannot be read"));
    }
}
