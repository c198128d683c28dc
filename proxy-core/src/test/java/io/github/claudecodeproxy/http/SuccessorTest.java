package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.upstream.Credential;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An engine in place of another one. */
class SuccessorTest {

    private static final String ANSWER = """
            {"id":"c","object":"chat.completion","created":1,"model":"openai/gpt-5.1","choices":[{"index":0,
            "message":{"role":"assistant","content":"Hello","reasoning":null,"reasoning_details":[
            {"type":"reasoning.encrypted","data":"Z0FBQUFBQm8=","id":"rs_1","format":"openai-responses-v1","index":0}]},
            "finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29}}""";

    @Test
    void whatClientsCarryForTheProviderIsStillOpened() throws Exception {
        ProxySettings settings = ProxySettings.builder()
                .upstreamCredential(no -> CompletableFuture.completedFuture(Credential.key("a-key")))
                .provider(Providers.builtIn().named("openrouter").orElseThrow())
                .bigModel("openai/gpt-5.1")
                .smallModel("openai/gpt-5.1")
                .build();
        opensWhatTheFirstSealed(settings, settings);
    }

    @Test
    void whatWasSealedWithAKeyThatHasChangedIsStillOpened() throws Exception {
        ProxySettings.Builder builder = ProxySettings.builder()
                .provider(Providers.builtIn().named("openrouter").orElseThrow())
                .bigModel("openai/gpt-5.1")
                .smallModel("openai/gpt-5.1");
        opensWhatTheFirstSealed(
                builder.upstreamKey("the-first-key").build(),
                builder.upstreamKey("the-second-key").build());
    }

    private static void opensWhatTheFirstSealed(ProxySettings settings, ProxySettings changed) throws Exception {
        FakeUpstream first = new FakeUpstream();
        FakeUpstream second = new FakeUpstream();
        try (ProxyEngine engine = new ProxyEngine(settings, first);
                ProxyEngine next = engine.successor(changed, second)) {
            FakeExchange exchange = FakeExchange.post("/v1/messages", EngineFixture.WHOLE_REQUEST);
            engine.handle(exchange);
            first.last().respond(200, ANSWER);
            String content =
                    ClaudeJson.mapper().writeValueAsString(exchange.json().path("content"));
            assertThat(content).contains("redacted_thinking");
            String turn =
                    "{\"model\":\"claude-opus-4-5\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
                            + "{\"role\":\"assistant\",\"content\":" + content
                            + "},{\"role\":\"user\",\"content\":\"b\"}]}";
            engine.handle(FakeExchange.post("/v1/messages", turn));
            assertThat(first.last().body()).contains("Z0FBQUFBQm8=");
            next.handle(FakeExchange.post("/v1/messages", turn));
            assertThat(second.last().body()).contains("Z0FBQUFBQm8=");
        }
    }
}
