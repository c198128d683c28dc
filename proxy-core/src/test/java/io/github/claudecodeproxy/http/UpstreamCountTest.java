package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts that the upstream counts. */
class UpstreamCountTest {

    private static final String REQUEST =
            "{\"model\":\"claude-opus-4-8\",\"system\":\"be brief\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                    + "\"tools\":[{\"name\":\"look\",\"input_schema\":{\"type\":\"object\"}}]}";

    @Test
    void vllmCountsMessagesAndTools() throws IOException {
        EngineFixture proxy = server("vllm");
        FakeExchange client = ask(proxy);
        assertThat(proxy.upstream.last().request().uri()).hasToString("http://local.test/tokenize");
        JsonNode sent = sent(proxy);
        assertThat(sent.path("model").asText()).isEqualTo("gpt-4o");
        assertThat(sent.path("messages")).hasSize(2);
        assertThat(sent.at("/tools/0/function/name").asText()).isEqualTo("look");
        assertThat(sent.path("add_generation_prompt").asBoolean()).isTrue();
        assertThat(sent.has("max_tokens")).isFalse();
        proxy.upstream.last().respond(200, "{\"count\":321,\"max_model_len\":4096,\"tokens\":[1]}");
        assertThat(client.json().path("input_tokens").asInt()).isEqualTo(321);
    }

    @Test
    void llamaCppMakesTextFirst() throws IOException {
        EngineFixture proxy = server("llamacpp");
        FakeExchange client = ask(proxy);
        assertThat(proxy.upstream.last().request().uri()).hasToString("http://local.test/apply-template");
        assertThat(sent(proxy).path("messages")).hasSize(2);
        proxy.upstream.last().respond(200, "{\"prompt\":\"<s>hi\"}");
        assertThat(proxy.upstream.last().request().uri()).hasToString("http://local.test/tokenize");
        assertThat(sent(proxy).path("content").asText()).isEqualTo("<s>hi");
        proxy.upstream.last().respond(200, "{\"tokens\":[1,2,3,4]}");
        assertThat(client.json().path("input_tokens").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"404", "no json", "{}", "{\"count\":\"x\"}", "reset", "silence"})
    void whatTheUpstreamDoesNotCountIsCountedHere(String trouble) {
        EngineFixture proxy = server("vllm");
        FakeExchange client = ask(proxy);
        switch (trouble) {
            case "404" -> proxy.upstream.last().respond(404, "{}");
            case "reset" -> proxy.upstream.last().fail(Reason.NO_RESPONSE);
            case "silence" -> proxy.timers.advance(Duration.ofSeconds(5));
            default -> proxy.upstream.last().respond(200, trouble);
        }
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.json().path("input_tokens").asInt()).isBetween(10, 60);
        assertThat(proxy.upstream.count()).isEqualTo(1);
    }

    @Test
    void othersAreNotAsked() {
        EngineFixture proxy = server("openai");
        assertThat(ask(proxy).status()).isEqualTo(200);
        assertThat(proxy.upstream.count()).isZero();
    }

    private static EngineFixture server(String provider) {
        return new EngineFixture(settings -> settings.upstreamCount(true)
                .baseUrl(URI.create("http://local.test/v1"))
                .provider(Providers.builtIn().named(provider).orElseThrow()));
    }

    private static FakeExchange ask(EngineFixture proxy) {
        return proxy.handle(FakeExchange.post("/v1/messages/count_tokens", REQUEST));
    }

    private static JsonNode sent(EngineFixture proxy) throws IOException {
        return ClaudeJson.mapper()
                .readTree(Objects.requireNonNull(proxy.upstream.last().request().body()));
    }
}
