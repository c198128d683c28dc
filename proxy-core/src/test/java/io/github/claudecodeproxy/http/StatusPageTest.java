package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.testkit.Chunks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person sees at the root, and the data behind it. */
class StatusPageTest {

    private final EngineFixture proxy = new EngineFixture(settings -> settings.maxRetries(0));
    private final EngineFixture locked = new EngineFixture(settings -> settings.clientKey("client-canary"));

    private static FakeExchange get(String path) {
        return FakeExchange.get(path);
    }

    private JsonNode status() {
        return proxy.handle(get("/status")).json();
    }

    @Test
    void aBrowserGetsThePageAndAProgramGetsJson() {
        FakeExchange page = proxy.handle(get("/").with("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"));
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.responseHeaders()).containsEntry("content-type", "text/html; charset=utf-8");
        FakeExchange json = proxy.handle(get("/").with("accept", "*/*"));
        assertThat(json.responseHeaders())
                .containsEntry("content-type", "application/json")
                .containsEntry("vary", "Accept");
    }

    @Test
    void thePageIsOpenButItsDataIsNot() {
        assertThat(locked.handle(get("/").with("accept", "text/html")).status()).isEqualTo(200);
        assertThat(locked.handle(get("/status")).status()).isEqualTo(401);
        assertThat(locked.handle(get("/status").with("x-api-key", "client-canary"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void thePageLoadsNothingAndRunsNothingElse() {
        FakeExchange page = proxy.handle(get("/").with("accept", "text/html"));
        String html = page.text();
        assertThat(html).doesNotContain("http://", "https://", "src=", "href=", "innerHTML", "eval(");
        assertThat(page.responseHeaders().get("content-security-policy"))
                .contains("default-src 'none'", "connect-src 'self'", "script-src 'sha256-", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
    }

    @Test
    void callsThatRunAndCallsThatEndedAreTold() {
        proxy.stream();
        proxy.timers.advance(Duration.ofMillis(250));
        JsonNode running = status();
        assertThat(running.at("/running/0/requested_model").asText()).startsWith("claude-");
        assertThat(running.at("/running/0/ms").asInt()).isEqualTo(250);
        assertThat(running.has("calls")).isFalse();
        proxy.upstream.last().respond(503, Chunks.error("the words of the provider", "server_error"));
        JsonNode ended = status();
        assertThat(ended.has("running")).isFalse();
        assertThat(ended.at("/calls/0/error").asText()).contains("the words of the provider");
        assertThat(ended.at("/calls/0/ms").asInt()).isEqualTo(250);
    }

    @Test
    void theLastHundredAreKeptAndTheNewestComesFirst() {
        for (int i = 0; i < 120; i++) {
            proxy.stream();
            proxy.upstream.last().stream().text("Hello").finish("stop").end();
        }
        FakeExchange last = proxy.stream();
        proxy.upstream.last().stream().text("Hello").finish("stop").end();
        JsonNode calls = status().path("calls");
        assertThat(calls).hasSize(100);
        assertThat(calls.at("/0/request_id").asText()).isEqualTo(last.responseHeader("request-id"));
    }

    @Test
    void allWhoTestTheConnectionWithinTenSecondsGetOneOutcome() {
        FakeExchange first = proxy.handle(get("/test-connection"));
        FakeExchange second = proxy.handle(get("/test-connection"));
        assertThat(proxy.upstream.count()).isEqualTo(1);
        proxy.upstream.last().respond(200, Chunks.completion("OK"));
        FakeExchange third = proxy.handle(get("/test-connection"));
        assertThat(proxy.upstream.count()).isEqualTo(1);
        for (FakeExchange asked : List.of(first, second, third)) {
            assertThat(asked.json().path("status").asText()).isEqualTo("success");
        }
        proxy.timers.advance(Duration.ofSeconds(10));
        proxy.handle(get("/test-connection"));
        assertThat(proxy.upstream.count()).isEqualTo(2);
    }

    @Test
    void aTestThatNobodyWaitsForIsCancelled() {
        FakeExchange first = proxy.handle(get("/test-connection"));
        FakeExchange second = proxy.handle(get("/test-connection"));
        first.leave();
        assertThat(proxy.upstream.last().cancelled()).isFalse();
        second.leave();
        assertThat(proxy.upstream.last().cancelled()).isTrue();
        proxy.handle(get("/test-connection"));
        assertThat(proxy.upstream.count()).isEqualTo(2);
    }

    @Test
    void neitherKeysNorContentAreTold() {
        proxy.stream();
        String text = proxy.handle(get("/status")).text();
        assertThat(text).doesNotContain("upstream-secret", "Hello");
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(5_000);
    }
}
