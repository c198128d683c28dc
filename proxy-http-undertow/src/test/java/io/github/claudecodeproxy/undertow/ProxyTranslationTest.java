package io.github.claudecodeproxy.undertow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of the translation needs a socket to be seen: calls that end early, are sent again, or not at all. */
@Timeout(120)
class ProxyTranslationTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String FIVE = "\"stop_sequences\":[\"ONE\",\"TWO\",\"STOP\",\"FOUR\",\"FIVE\"]";
    private static final String NO_TOP_P = "{\"error\":{\"message\":\"Unsupported parameter: 'top_p'\","
            + "\"param\":\"top_p\",\"code\":\"unsupported_parameter\"}}";

    private RunningProxy proxy = RunningProxy.start();

    @AfterEach
    void stop() {
        proxy.close();
    }

    private void restart(RunningProxy other) {
        proxy.close();
        proxy = other;
    }

    private static String request(boolean stream, String more) {
        return "{\"model\":\"claude-opus-4-5\",\"max_tokens\":100,\"stream\":" + stream + "," + more
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }

    private static ReplyBuilder stopped() {
        return Reply.streaming().sse(Chunks.role(), Chunks.text("Hello ST"), Chunks.text("OP and more"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallThatMetItsStopSequenceIsCutOffUpstream(boolean stream) throws IOException {
        proxy.upstream().reply(stopped().stall());
        Response answer = proxy.post("/v1/messages", request(stream, FIVE));
        proxy.upstream().awaitOpenConnections(0, LIMIT);

        assertThat(proxy.upstream().requests()).singleElement().satisfies(sent -> {
            assertThat(sent.json().path("stream").booleanValue())
                    .as("only a stream can be cut off")
                    .isTrue();
            assertThat(sent.json().has("stop")).isFalse();
        });
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"STOP\"");
        assertThat(answer.text()).doesNotContain("and more");
        assertThat(answer.headers().first("content-type"))
                .startsWith(stream ? "text/event-stream" : "application/json");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatNobodyCouldAnswerIsAnsweredHere(boolean stream) throws IOException {
        String search = "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":8}]";
        Response answer = proxy.post("/v1/messages", request(stream, search));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("web_search_tool_result_error", "unavailable", "end_turn");
        assertThat(answer.headers().first("request-id")).startsWith("req_");
        assertThat(proxy.upstream().requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefusedParameterIsLeftOutAndTheNextCallIsRightAtOnce(boolean stream) throws IOException {
        proxy.upstream()
                .reply(Reply.json(400, NO_TOP_P))
                .alwaysReply(request -> Reply.json(200, Chunks.completion("Ok.")));
        for (int i = 0; i < 2; i++) {
            Response answer = proxy.post("/v1/messages", request(stream, "\"top_p\":0.5"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).contains("Ok.");
            assertThat(answer.headers().first("x-proxy-diagnostics")).contains("parameter_dropped top_p");
        }
        assertThat(proxy.upstream().requests()).hasSize(3);
        assertThat(proxy.upstream().requests().get(0).json().has("top_p")).isTrue();
        assertThat(proxy.upstream().requests().get(1).json().has("top_p")).isFalse();
        assertThat(proxy.upstream().requests().get(2).json().has("top_p")).isFalse();
    }

    @Test
    void strictModeRefusesInTheClientsWords() throws IOException {
        restart(RunningProxy.start(Map.of("STRICT", "true")));
        JsonNode error =
                proxy.post("/v1/messages", request(false, "\"novelty\":1")).json();
        assertThat(error.at("/error/message").asText()).isEqualTo("novelty: Extra inputs are not permitted");
        assertThat(proxy.upstream().requests()).isEmpty();
    }

    @Test
    void aStreamedAnswerForAHostThatReasonsInStreamsOnly() throws IOException {
        restart(RunningProxy.start(settings ->
                settings.provider(Providers.builtIn().named("dashscope").orElseThrow())));
        proxy.upstream().reply(Reply.sse(Chunks.answer("Ok.")));
        Response answer = proxy.post("/v1/messages", request(false, "\"thinking\":{\"type\":\"adaptive\"}"));
        assertThat(answer.json().at("/content/0/text").asText()).isEqualTo("Ok.");
        assertThat(proxy.upstream().requests().get(0).json().path("stream").booleanValue())
                .isTrue();
        assertThat(proxy.upstream()
                        .requests()
                        .get(0)
                        .json()
                        .path("enable_thinking")
                        .booleanValue())
                .isTrue();
    }
}
