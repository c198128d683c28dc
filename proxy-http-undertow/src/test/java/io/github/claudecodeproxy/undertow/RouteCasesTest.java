package io.github.claudecodeproxy.undertow;

import static io.github.claudecodeproxy.undertow.RunningProxy.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.testkit.Case;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.Request;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.SseText;
import io.github.claudecodeproxy.testkit.TestClient;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases of other gateways that no trip can show, because they are about connections, headers and other routes. */
@Timeout(60)
class RouteCasesTest {

    private static final String LONG = "Sphinx of black quartz, judge my vow. ".repeat(60);

    private final RunningProxy proxy = RunningProxy.start();

    @AfterEach
    void stop() {
        proxy.close();
    }

    @ParameterizedTest
    @CsvSource({"7,7", "120,120", ","})
    @Case("E15")
    void theTimeToComeBackIsTheProviders(@Nullable String told, @Nullable String expected) throws IOException {
        for (boolean stream : new boolean[] {true, false}) {
            ReplyBuilder limited = Reply.status(429).header("content-type", "application/json");
            if (told != null) {
                limited.header("retry-after", told);
            }
            proxy.upstream()
                    .reply(limited.text(Chunks.error("slow down", "rate_limit")).end());
            Response response = proxy.post("/v1/messages", hello(stream));
            assertThat(response.status()).isEqualTo(429);
            assertThat(response.headers().first("retry-after")).isEqualTo(expected);
        }
    }

    @Test
    @Case("E14")
    void aClientThatLeavesCostsOneConnectionAndNoMore() throws Exception {
        askUntilAConnectionIsUsedAgain();
        proxy.upstream().reply(Reply.stallBeforeHeaders());
        int index = proxy.upstream().requests().size();
        Request abandoned;
        try (TestClient client = proxy.connect()) {
            client.send("POST", "/v1/messages", JSON, hello(true));
            abandoned = proxy.upstream().awaitRequest(index);
        }
        abandoned.connectionClosed().get(10, TimeUnit.SECONDS);
        askUntilAConnectionIsUsedAgain();
        assertThat(proxy.upstream().requests())
                .filteredOn(request -> request.connectionClosed().isDone())
                .extracting(Request::connection)
                .containsOnly(abandoned.connection());
    }

    /** A connection is back in the pool only a moment after the client has its answer, so one question may not do. */
    private void askUntilAConnectionIsUsedAgain() throws IOException {
        for (int i = 0; i < 50; i++) {
            ask();
            List<Integer> connections = proxy.upstream().requests().stream()
                    .map(Request::connection)
                    .toList();
            int last = connections.size() - 1;
            if (connections.indexOf(connections.get(last)) < last) {
                return;
            }
        }
        throw new AssertionError("no connection was used twice");
    }

    private void ask() throws IOException {
        proxy.upstream().reply(Reply.sse(Chunks.answer("Hello")));
        assertThat(proxy.post("/v1/messages", hello(true)).status()).isEqualTo(200);
    }

    @Test
    @Case("E16")
    void modelsAreListedWithTheirLimits() throws IOException {
        JsonNode page = proxy.get("/v1/models?limit=1000").json();
        assertThat(page.path("has_more").booleanValue()).isFalse();
        assertThat(page.path("data").findValuesAsText("id"))
                .anyMatch(id -> id.startsWith("claude"))
                .contains(page.path("first_id").asText(), page.path("last_id").asText());
        for (JsonNode model : page.path("data")) {
            assertThat(model.path("type").asText()).isEqualTo("model");
            assertThat(model.path("display_name").asText()).isNotEmpty();
            assertThat(model.path("created_at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
            assertThat(model.path("max_input_tokens").intValue()).isEqualTo(128_000);
            assertThat(model.path("max_tokens").intValue()).isEqualTo(16_384);
            JsonNode alone =
                    proxy.get("/v1/models/" + model.path("id").asText()).json();
            assertThat(alone).isEqualTo(model);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-sonnet-4-5", "gpt-4o", "qwen3:8b"})
    @Case({"U01", "U09", "U10"})
    void tokensAreCountedForAnyModelAndNobodyIsAsked(String model) throws IOException {
        ObjectNode request = request(LONG);
        request.put("model", model);
        assertThat(count(request)).isPositive();
        assertThat(proxy.upstream().requests()).isEmpty();
    }

    @Test
    @Case({"U01", "U05"})
    void theInputIsEstimatedBeforeTheProviderCountsIt() throws IOException {
        proxy.upstream().reply(Reply.sse(Chunks.answer("Hello")));
        ObjectNode request = request(LONG);
        long counted = count(request);
        String stream = proxy.post(
                        "/v1/messages",
                        request.put("max_tokens", 64).put("stream", true).toString())
                .text();
        JsonNode usage = SseText.parse(stream).events().get(0).data().at("/message/usage");
        assertThat(usage.path("input_tokens").longValue()).isEqualTo(counted).isGreaterThan(400);
    }

    @Test
    @Case("U07")
    void countingIncludesSystemAndTools() throws IOException {
        long bare = count(request("Hi"));
        ObjectNode withSystem = request("Hi");
        withSystem.put("system", LONG);
        assertThat(count(withSystem)).isGreaterThan(bare + 400);
        ObjectNode withTools = request("Hi");
        ObjectNode tool = withTools.putArray("tools").addObject().put("name", "Read");
        tool.put("description", LONG).putObject("input_schema").put("type", "object");
        assertThat(count(withTools)).isGreaterThan(bare + 400);
    }

    private long count(ObjectNode request) throws IOException {
        Response response = proxy.post("/v1/messages/count_tokens", request.toString());
        assertThat(response.status()).isEqualTo(200);
        return response.json().path("input_tokens").longValue();
    }

    private static ObjectNode request(String text) {
        ObjectNode request = Chunks.delta().put("model", "claude-sonnet-4-5");
        request.putArray("messages").addObject().put("role", "user").put("content", text);
        return request;
    }

    private static String hello(boolean stream) {
        return request("Hi").put("max_tokens", 64).put("stream", stream).toString();
    }
}
