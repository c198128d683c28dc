package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** Which model of which upstream serves which request, by the variables of the configuration. */
class RoutingTest {

    private static final String BODY =
            "{\"model\":\"%s\",\"max_tokens\":100%s,\"messages\":[{\"role\":\"user\",\"content\":%s}]}";
    private static final String IMAGE =
            "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\","
                    + "\"data\":\"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\"}}]";

    /** Variables, the client's model and what is special about its request; which host and model got the call. */
    @ParameterizedTest
    @CsvFileSource(resources = "routing.csv", numLinesToSkip = 1)
    void aRequestGoesWhereTheVariablesSay(
            String variables, String model, String special, String host, String upstreamModel) {
        FakeUpstream upstream = new FakeUpstream();
        ProxyEngine engine = new ProxyEngine(
                ProxySettings.read(variables(variables)), upstream, new FakeTimers(), Runnable::run, () -> {});
        engine.handle(request(model, special == null ? "" : special));
        assertThat(upstream.last().request().uri().getHost()).isEqualTo(host);
        assertThat(new String(Objects.requireNonNull(upstream.last().request().body()), StandardCharsets.UTF_8))
                .contains("\"model\":\"" + upstreamModel + "\"");
        String key = host.equals("main.test") ? "sk-main" : "sk-of-" + host.replace(".test", "");
        assertThat(upstream.last().request().headers()).containsEntry("Authorization", "Bearer " + key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MODEL_MAP=a                                | MODEL_MAP: must be a list of NAME=MODEL",
                "MODEL_MAP=a=b%x                            | MODEL_MAP: must be a list of NAME=MODEL",
                "FALLBACK_MODELS=a%                         | FALLBACK_MODELS: has a place for a model's name with nothing",
                "LONG_CONTEXT_THRESHOLD=9                   | LONG_CONTEXT_THRESHOLD: is of no use without LONG_CONTEXT_MODEL",
                "LONG_CONTEXT_MODEL=m LONG_CONTEXT_THRESHOLD=many | LONG_CONTEXT_THRESHOLD: must be a whole number",
                "BIG_API_KEY=sk-x                           | BIG_API_KEY: is of no use without BIG_BASE_URL",
                "BIG_BASE_URL=http://big.test/v1            | BIG_API_KEY: is missing",
                "UPSTREAM_LAB_BASE_URL=http://lab.test/v1   | UPSTREAM_LAB_API_KEY: is missing",
                "UPSTREAM_LAB_BASE_URL=ftp://lab UPSTREAM_LAB_API_KEY=x | UPSTREAM_LAB_BASE_URL: must begin with http",
                "UPSTREAM_MAIN_BASE_URL=http://lab UPSTREAM_MAIN_API_KEY=x | UPSTREAM_MAIN_BASE_URL: is for an upstream whose",
                "CONTEXT_CHECK=perhaps                      | CONTEXT_CHECK: must be true or false",
            })
    void aMistakeStopsTheStartAndIsNamed(String variables, String problem) {
        SettingsException thrown = Objects.requireNonNull(
                catchThrowableOfType(SettingsException.class, () -> ProxySettings.read(variables(variables))));
        assertThat(thrown.problems()).singleElement().asString().startsWith(problem);
    }

    @Test
    void keysOfUpstreamsAreNotShown() {
        ProxySettings settings = ProxySettings.read(
                variables("UPSTREAM_LAB_BASE_URL=http://lab.test/v1 UPSTREAM_LAB_API_KEY=sk-of-lab"));
        assertThat(settings.upstreams().toString()).doesNotContain("sk-");
    }

    @Test
    void aPromptThatCannotFitIsRefusedWhereThatIsWanted() {
        FakeUpstream upstream = new FakeUpstream();
        ProxyEngine engine = new ProxyEngine(
                ProxySettings.read(variables("CONTEXT_CHECK=true")),
                upstream,
                new FakeTimers(),
                Runnable::run,
                () -> {});
        FakeExchange client = request("claude-opus-4-8", "very long");
        engine.handle(client);
        assertThat(client.status()).isEqualTo(400);
        assertThat(client.errorMessage()).matches("prompt is too long: \\d+ tokens > 128000 maximum");
        assertThat(upstream.count()).isZero();
        engine.handle(request("claude-opus-4-8", "long"));
        assertThat(upstream.count()).isEqualTo(1);
    }

    @Test
    void aCountIsForTheModelThatWouldServe() {
        FakeUpstream upstream = new FakeUpstream();
        List<String> asked = new ArrayList<>();
        ProxySettings settings = ProxySettings.read(variables("MODEL_MAP=claude-opus-*=lab/qwen3%claude-*=gpt-4o"
                        + " UPSTREAM_LAB_BASE_URL=http://lab.test/v1 UPSTREAM_LAB_API_KEY=x"))
                .toBuilder()
                .tokenCounter((request, model) -> {
                    asked.add(model.match().toString());
                    return 7;
                })
                .build();
        ProxyEngine engine = new ProxyEngine(settings, upstream, new FakeTimers(), Runnable::run, () -> {});
        for (String model : List.of("claude-opus-4-8", "claude-sonnet-4-5")) {
            FakeExchange client = FakeExchange.post("/v1/messages/count_tokens", BODY.formatted(model, "", "\"hi\""));
            engine.handle(client);
            assertThat(client.json().path("input_tokens").asInt()).isEqualTo(7);
        }
        assertThat(asked).hasSize(2).last().isEqualTo("gpt-4o*");
        assertThat(asked.get(0)).isNotEqualTo("gpt-4o*");
    }

    private static FakeExchange request(String model, String special) {
        String content = special.contains("image")
                ? IMAGE
                : "\"" + "word ".repeat(special.contains("very long") ? 200_000 : special.contains("long") ? 60_000 : 3)
                        + "\"";
        String thinking = special.contains("thinking") ? ",\"thinking\":{\"type\":\"adaptive\"}" : "";
        FakeExchange exchange = FakeExchange.post("/v1/messages", BODY.formatted(model, thinking, content));
        return special.contains("agent") ? exchange.with("x-claude-code-agent-id", "a1") : exchange;
    }

    /** Blanks between variables; % stands for a comma, which has a meaning in the table. */
    private static Map<String, String> variables(String text) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "OPENAI_API_KEY", "sk-main",
                "OPENAI_BASE_URL", "http://main.test/v1",
                "BIG_MODEL", "gpt-4o",
                "MIDDLE_MODEL", "gpt-4o-middle",
                "SMALL_MODEL", "gpt-4o-mini"));
        if (text != null) {
            for (String variable : text.strip().split(" +")) {
                int sign = variable.indexOf('=');
                variables.put(
                        variable.substring(0, sign),
                        variable.substring(sign + 1).replace('%', ','));
            }
        }
        return variables;
    }
}
