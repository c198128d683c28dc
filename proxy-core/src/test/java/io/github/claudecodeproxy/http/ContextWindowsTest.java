package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.provider.Providers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers of one's own say of their windows, and what becomes of it. */
class ContextWindowsTest {

    private static EngineFixture with(String provider) {
        return new EngineFixture(settings -> settings.provider(
                        Providers.builtIn().named(provider).orElseThrow())
                .bigModel("qwen3")
                .smallModel("qwen3"));
    }

    private static List<Integer> tokens(CompletableFuture<List<ModelWindow>> asked) {
        assertThat(asked).isDone();
        return asked.join().stream().map(ModelWindow::tokens).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            llamacpp | /props     | {"default_generation_settings":{"n_ctx":8192},"total_slots":4} | 8192
            llamacpp | /props     | {"error":"off"}                                                |
            vllm     | /v1/models | {"data":[{"id":"other","max_model_len":1},{"id":"qwen3","max_model_len":40960}]} | 40960
            vllm     | /v1/models | {"data":[{"id":"other","max_model_len":1}]}                    |
            vllm     | /v1/models | no JSON                                                        |
            ollama   | /api/ps    | {"models":[{"name":"qwen3:8b","context_length":1},{"name":"qwen3:latest","context_length":4096}]} | 4096
            ollama   | /api/ps    | {"models":[]}                                                  |
            """)
    void eachIsAskedInItsWay(String provider, String path, String answer, Integer tokens) {
        EngineFixture proxy = with(provider);
        CompletableFuture<List<ModelWindow>> asked = proxy.engine.contextWindows(false);
        assertThat(proxy.upstream.count()).isEqualTo(1);
        assertThat(proxy.upstream.last().request().uri().getPath()).isEqualTo(path);
        proxy.upstream.last().respond(200, answer);
        assertThat(tokens(asked)).containsExactly(tokens);
    }

    @Test
    void aModelThatIsNotLoadedIsLoadedWhereThatIsWanted() {
        EngineFixture proxy = with("ollama");
        CompletableFuture<List<ModelWindow>> asked = proxy.engine.contextWindows(true);
        proxy.upstream.call(0).respond(200, "{\"models\":[]}");
        assertThat(proxy.upstream.call(1).request().uri().getPath()).isEqualTo("/api/generate");
        assertThat(proxy.upstream.call(1).body()).isEqualTo("{\"model\":\"qwen3\",\"stream\":false}");
        proxy.upstream.call(1).respond(200, "{}");
        proxy.upstream.call(2).respond(200, "{\"models\":[{\"model\":\"qwen3:latest\",\"context_length\":65536}]}");
        assertThat(tokens(asked)).containsExactly(65536);
    }

    @Test
    void theWindowIsTold() {
        EngineFixture proxy = with("llamacpp");
        CompletableFuture<List<ModelWindow>> asked = proxy.engine.contextWindows(false);
        proxy.upstream.last().respond(200, "{\"default_generation_settings\":{\"n_ctx\":32768}}");
        assertThat(tokens(asked)).containsExactly(32768);
        assertThat(proxy.handle(FakeExchange.get("/v1/models/claude-opus-4-5"))
                        .json()
                        .path("max_input_tokens")
                        .asInt())
                .isEqualTo(32768);
    }

    @Test
    void aPromptThatWouldBeCutIsRefusedInTheWordsThatLetClaudeCodeShortenIt() {
        EngineFixture proxy = with("ollama");
        String request = EngineFixture.WHOLE_REQUEST.replace("\"hi\"", "\"" + "some words ".repeat(5000) + "\"");
        proxy.handle(FakeExchange.post("/v1/messages", request));
        assertThat(proxy.upstream.count()).isEqualTo(1);
        CompletableFuture<List<ModelWindow>> asked = proxy.engine.contextWindows(false);
        proxy.upstream.last().respond(200, "{\"models\":[{\"name\":\"qwen3:latest\",\"context_length\":4096}]}");
        assertThat(tokens(asked)).containsExactly(4096);
        FakeExchange refused = proxy.handle(FakeExchange.post("/v1/messages", request));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).containsPattern("prompt is too long: \\d+ tokens > 4096 maximum");
        assertThat(proxy.upstream.last().request().uri().getPath()).isEqualTo("/api/ps");
    }

    @Test
    void whatIsLoadedWithTheFirstCallIsAskedForThenAndAgainAfterAWhile() {
        EngineFixture proxy = with("ollama");
        proxy.whole();
        proxy.upstream.call(0).headers(200, "content-type", "application/json");
        assertThat(proxy.upstream.call(1).request().uri().getPath()).isEqualTo("/api/ps");
        proxy.upstream.call(1).respond(200, "{\"models\":[{\"name\":\"qwen3:latest\",\"context_length\":1}]}");
        assertThat(proxy.whole().text()).contains("> 1 maximum");
        assertThat(proxy.upstream.count()).isEqualTo(2);
        proxy.timers.advance(Duration.ofMinutes(5));
        proxy.whole();
        proxy.upstream.call(2).respond(200, "{\"models\":[{\"name\":\"qwen3:latest\",\"context_length\":9999}]}");
        proxy.whole();
        assertThat(proxy.upstream.last().request().uri().getPath()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void othersAreNotAsked() {
        EngineFixture proxy = new EngineFixture();
        assertThat(tokens(proxy.engine.contextWindows(true))).isEmpty();
        assertThat(proxy.upstream.count()).isZero();
    }
}
