package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code /v1/models} makes of the lists of upstreams. */
class UpstreamModelsTest {

    private static final String LIST = """
            {"object":"list","data":[
              {"id":"gpt-4o","object":"model"},
              {"id":"qwen3","max_model_len":40960},
              {"id":"claude-like","context_length":200000},
              {"id":""},{"id":"bad\\nname"},{"id":7.5}]}
            """;

    private final EngineFixture proxy = new EngineFixture(settings -> settings.upstreamModels(true));

    @Test
    void theyAreListedUnderNamesThatClaudeCodeOffers() {
        FakeExchange client = ask(proxy);
        assertThat(client.answered()).isFalse();
        assertThat(proxy.upstream.last().request().method()).isEqualTo("GET");
        assertThat(proxy.upstream.last().request().uri()).hasToString("http://provider.test/v1/models");
        assertThat(proxy.upstream.last().request().headers()).containsEntry("Authorization", "Bearer upstream-secret");
        proxy.upstream.last().respond(200, LIST);
        assertThat(ids(client))
                .containsExactly(
                        "gpt-4o",
                        "gpt-4o-mini",
                        "claude-opus-4-5",
                        "claude-sonnet-4-5",
                        "claude-haiku-4-5",
                        "claude/gpt-4o",
                        "qwen3",
                        "claude/qwen3",
                        "claude-like",
                        "7.5",
                        "claude/7.5");
        JsonNode offered = model(client, "claude/qwen3");
        assertThat(offered.path("display_name").asText()).isEqualTo("qwen3");
        assertThat(offered.path("max_input_tokens").asInt()).isEqualTo(40960);
    }

    @Test
    void theyAreAskedForEveryFiveMinutesAtMost() {
        FakeExchange first = ask(proxy);
        FakeExchange second = ask(proxy);
        assertThat(proxy.upstream.count()).isEqualTo(1);
        proxy.upstream.last().respond(200, LIST);
        assertThat(ids(first)).isEqualTo(ids(second)).contains("qwen3");
        proxy.timers.advance(Duration.ofMinutes(4));
        assertThat(ids(ask(proxy))).contains("qwen3");
        assertThat(proxy.upstream.count()).isEqualTo(1);
        proxy.timers.advance(Duration.ofMinutes(2));
        FakeExchange later = ask(proxy);
        proxy.upstream.last().respond(200, "{\"data\":[{\"id\":\"new\"}]}");
        assertThat(ids(later)).contains("new").doesNotContain("qwen3");
    }

    @Test
    void anUpstreamThatFailsLeavesWhatWasKnown() {
        FakeExchange first = ask(proxy);
        proxy.upstream.last().respond(404, "<html>");
        assertThat(first.status()).isEqualTo(200);
        assertThat(ids(first)).contains("gpt-4o").doesNotContain("qwen3");
        proxy.timers.advance(Duration.ofMinutes(6));
        ask(proxy);
        proxy.upstream.last().respond(200, LIST);
        for (int i = 0; i < 3; i++) {
            proxy.timers.advance(Duration.ofMinutes(6));
            FakeExchange again = ask(proxy);
            switch (i) {
                case 0 -> proxy.upstream.last().fail(Reason.CONNECT);
                case 1 -> proxy.upstream.last().respond(200, "no json");
                default -> proxy.timers.advance(Duration.ofSeconds(2));
            }
            assertThat(ids(again)).contains("qwen3");
        }
    }

    @Test
    void theModelsOfOtherUpstreamsCarryTheirNames() {
        EngineFixture two = new EngineFixture(settings ->
                settings.upstreamModels(true).upstream("lab", URI.create("http://lab.test/v1"), "sk-of-the-lab"));
        FakeExchange client = ask(two);
        assertThat(two.upstream.call(1).request().uri()).hasToString("http://lab.test/v1/models");
        two.upstream.call(1).respond(200, "{\"data\":[{\"id\":\"llama\"}]}");
        assertThat(client.answered()).isFalse();
        two.upstream.call(0).respond(200, LIST);
        assertThat(ids(client)).contains("qwen3", "lab/llama", "claude/lab/llama");
    }

    /** Claude Code waits for three seconds in all. */
    @Test
    void severalSlowUpstreamsTakeNoLongerThanOne() {
        EngineFixture two = new EngineFixture(settings ->
                settings.upstreamModels(true).upstream("lab", URI.create("http://lab.test/v1"), "sk-of-the-lab"));
        FakeExchange client = ask(two);
        two.timers.advance(Duration.ofSeconds(2));
        assertThat(ids(client)).contains("gpt-4o");
    }

    @Test
    void whatAModelCanDoIsToldInTheFormOfTheApi() {
        EngineFixture plain = new EngineFixture(settings ->
                settings.provider(Providers.builtIn().named("openai").orElseThrow()));
        JsonNode gpt =
                plain.handle(FakeExchange.get("/v1/models/gpt-4o")).json().path("capabilities");
        assertThat(gpt.at("/image_input/supported").asBoolean()).isTrue();
        assertThat(gpt.at("/structured_outputs/supported").asBoolean()).isTrue();
        assertThat(gpt.at("/effort/supported").asBoolean()).isFalse();
        assertThat(gpt.at("/server_tools/web_search/supported").asBoolean()).isTrue();
        assertThat(gpt.at("/server_tools/code_execution/supported").asBoolean()).isFalse();
        assertThat(gpt.at("/thinking/supported").asBoolean()).isFalse();
        JsonNode thinker =
                plain.handle(FakeExchange.get("/v1/models/gpt-5")).json().path("capabilities");
        assertThat(thinker.at("/effort/high/supported").asBoolean()).isTrue();
        assertThat(thinker.at("/effort/max/supported").asBoolean()).isFalse();
        assertThat(thinker.at("/thinking/types/adaptive/supported").asBoolean()).isTrue();
        assertThat(plain.upstream.count()).isZero();
    }

    private static FakeExchange ask(EngineFixture engine) {
        return engine.handle(FakeExchange.get("/v1/models?limit=1000"));
    }

    private static List<String> ids(FakeExchange answered) {
        List<String> ids = new ArrayList<>();
        answered.json().path("data").forEach(model -> ids.add(model.path("id").asText()));
        return ids;
    }

    private static JsonNode model(FakeExchange answered, String id) {
        for (JsonNode model : answered.json().path("data")) {
            if (model.path("id").asText().equals(id)) {
                return model;
            }
        }
        throw new AssertionError("no " + id);
    }
}
