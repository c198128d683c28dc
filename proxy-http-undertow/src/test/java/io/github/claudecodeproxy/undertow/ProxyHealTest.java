package io.github.claudecodeproxy.undertow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Upstreams that refuse a parameter, and strict proxies, at the whole product and over sockets. */
@Timeout(120)
class ProxyHealTest {

    private static final String NO_TEMPERATURE =
            error("Unsupported parameter: 'temperature' is not supported with this model.");
    private static final String NO_TOP_P = error("Unknown parameter: 'top_p'.");

    private RunningProxy proxy = RunningProxy.start();

    @AfterEach
    void stop() {
        proxy.close();
    }

    private void restart(RunningProxy other) {
        proxy.close();
        proxy = other;
    }

    private static String error(String message) {
        return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"invalid_request_error\",\"param\":null}}";
    }

    private Response call(String model, boolean stream) throws IOException {
        return proxy.post(
                "/v1/messages",
                "{\"model\":\"" + model + "\",\"max_tokens\":64000,\"stream\":" + stream
                        + ",\"temperature\":0.5,\"top_p\":0.9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
    }

    private JsonNode sent(int index) {
        return proxy.upstream().requests().get(index).json();
    }

    @Test
    void aStreamIsHealedAndTheNextCallIsRightAtOnce() throws IOException {
        proxy.upstream()
                .reply(Reply.json(400, NO_TEMPERATURE))
                .reply(Reply.sse(Chunks.answer("Hello")))
                .reply(Reply.json(200, Chunks.completion("Again")));

        Response first = call("next", true);
        assertThat(first.status()).isEqualTo(200);
        assertThat(ClaudeGrammar.messageOf(first.text()).at("/content/0/text").asText())
                .isEqualTo("Hello");
        assertThat(first.headers().first("x-proxy-diagnostics")).contains("parameter_dropped temperature");
        assertThat(sent(0).has("temperature")).isTrue();
        assertThat(sent(1).has("temperature")).isFalse();
        assertThat(sent(1).path("top_p").asDouble()).isEqualTo(0.9);

        Response second = call("next", false);
        assertThat(second.json().at("/content/0/text").asText()).isEqualTo("Again");
        assertThat(second.headers().first("x-proxy-diagnostics")).contains("parameter_dropped temperature");
        assertThat(sent(2).has("temperature")).isFalse();
        assertThat(proxy.upstream().requests()).hasSize(3);
    }

    @Test
    void aWholeCallIsHealedAndTheCapIsTheNumberThatWasNamed() throws IOException {
        proxy.upstream()
                .reply(Reply.json(400, error("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]")))
                .reply(Reply.json(200, Chunks.completion("Hello")))
                .reply(Reply.sse(Chunks.answer("Again")));

        assertThat(call("next", false).status()).isEqualTo(200);
        assertThat(call("next", true).status()).isEqualTo(200);

        assertThat(sent(0).path("max_tokens").asInt()).isEqualTo(64000);
        assertThat(sent(1).path("max_tokens").asInt()).isEqualTo(8192);
        assertThat(sent(2).path("max_tokens").asInt()).isEqualTo(8192);
    }

    @Test
    void theSecondRefusalIsWhatTheClientSees() throws IOException {
        proxy.upstream().reply(Reply.json(400, NO_TEMPERATURE)).reply(Reply.json(400, NO_TOP_P));

        Response response = call("next", true);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.json().at("/error/message").asText()).contains("top_p");
        assertThat(proxy.upstream().requests()).hasSize(2);
    }

    @Test
    void modelsDoNotShareLessons() throws IOException {
        proxy.upstream()
                .reply(Reply.json(400, NO_TEMPERATURE))
                .reply(Reply.json(200, Chunks.completion("Hello")))
                .reply(Reply.json(200, Chunks.completion("Other")));

        call("next", false);
        call("other", false);
        assertThat(sent(2).has("temperature")).isTrue();
    }

    @Test
    void theConnectionTestIsHealedToo() throws IOException {
        proxy.upstream()
                .reply(Reply.json(400, error("Unsupported parameter: 'max_tokens' is not supported with this model.")))
                .reply(Reply.json(200, Chunks.completion("OK")));

        assertThat(proxy.get("/test-connection").status()).isEqualTo(200);
        assertThat(sent(1).path("max_completion_tokens").asInt()).isPositive();
    }

    @Test
    void strictAnswersWhatWouldBeLostWith400() throws IOException {
        restart(RunningProxy.start(Map.of("STRICT", "true")));
        Response response = proxy.post(
                "/v1/messages",
                "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"top_k\":5,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.json().at("/error/type").asText()).isEqualTo("invalid_request_error");
        assertThat(response.json().at("/error/message").asText()).startsWith("top_k: ");
        assertThat(proxy.upstream().requests()).isEmpty();
    }

    @Test
    void notStrictTranslatesWhatCanBe() throws IOException {
        proxy.upstream().reply(Reply.json(200, Chunks.completion("Hello")));
        Response response = proxy.post(
                "/v1/messages",
                "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"top_k\":5,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("x-proxy-diagnostics")).isEqualTo("parameter_dropped top_k");
    }
}
