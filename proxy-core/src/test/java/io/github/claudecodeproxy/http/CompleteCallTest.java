package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Case;
import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls whose answer is a whole message, counting, and the test of the upstream. */
class CompleteCallTest {

    private static final String ANSWER =
            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},"
                    + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}";

    private final EngineFixture proxy = new EngineFixture(settings -> settings.maxRetries(0));

    @Test
    void aMessageComesBack() {
        FakeExchange client = proxy.whole();
        FakeUpstream.Call upstream = proxy.upstream.last().headers(200, "content-type", "application/json");
        upstream.bytes(ANSWER.substring(0, 30)).bytes(ANSWER.substring(30)).end();
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.responseHeader("content-type")).isEqualTo("application/json");
        assertThat(client.responseHeader("request-id")).startsWith("req_");
        assertThat(client.json().path("type").asText()).isEqualTo("message");
        assertThat(client.json().path("model").asText()).isEqualTo("claude-sonnet-4-5");
        assertThat(client.json().path("content").path(0).path("text").asText()).isEqualTo("Hi");
        assertThat(proxy.timers.size()).isZero();
    }

    @Test
    void eventsAreCollectedIntoAMessage() {
        FakeExchange client = proxy.whole();
        proxy.upstream.last().stream().text("Hel").text("lo").finish("stop").end();
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.json().path("content").path(0).path("text").asText()).isEqualTo("Hello");
        assertThat(client.json().path("stop_reason").asText()).isEqualTo("end_turn");
    }

    @Test
    void collectedEventsThatAreCutAreAnError() {
        FakeExchange client = proxy.whole();
        proxy.upstream.last().stream().text("Hel").end();
        assertThat(client.status()).isEqualTo(500);
        assertThat(client.errorType()).isEqualTo("api_error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "null", "[]", "{}", "<html>log in</html>", "{\"choices\":"})
    void whatIsNoAnswerIsAnError(String body) {
        FakeExchange client = proxy.whole();
        proxy.upstream.last().respond(200, body);
        assertThat(client.status()).isEqualTo(500);
        assertThat(client.errorType()).isEqualTo("api_error");
        assertThat(client.text()).doesNotContain("<", "Exception");
    }

    @Test
    void anErrorInside200GetsItsStatus() {
        FakeExchange client = proxy.whole();
        proxy.upstream.last().respond(200, "{\"error\":{\"message\":\"slow down\",\"code\":429}}");
        assertThat(client.status()).isEqualTo(429);
    }

    @Test
    void anErrorGetsItsStatus() {
        FakeExchange client = proxy.whole();
        proxy.upstream.last().respond(404, "{\"error\":{\"message\":\"no such model\"}}");
        assertThat(client.status()).isEqualTo(404);
    }

    @Test
    void aCutAnswerIsAnError() {
        FakeExchange client = proxy.whole();
        proxy.upstream.last().headers(200).bytes(ANSWER).fail(Reason.TRUNCATED);
        assertThat(client.status()).isEqualTo(500);
    }

    @Test
    void aFilteredPromptIsARefusal() {
        FakeExchange client = proxy.whole();
        proxy.upstream
                .last()
                .respond(400, "{\"error\":{\"code\":\"content_filter\",\"message\":\"The prompt was filtered.\"}}");
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.json().path("stop_reason").asText()).isEqualTo("refusal");
    }

    @Test
    void aWebPageLabelledJsonIsNotAskedForAgain() {
        FakeExchange client = proxy.whole();
        proxy.upstream.last().respond(200, "<html>log in</html>", "content-type", "application/json");
        assertThat(client.status()).isEqualTo(500);
        assertThat(client.responseHeader("x-should-retry")).isEqualTo("false");
        assertThat(proxy.upstream.count()).isEqualTo(1);
    }

    @Test
    void aClientThatLeavesEndsTheTestOfTheConnection() {
        FakeExchange client = proxy.handle(FakeExchange.get("/test-connection"));
        client.leave();
        assertThat(proxy.upstream.last().cancelled()).isTrue();
    }

    @Test
    void silenceIsBorneUntilTheTotal() {
        FakeExchange client = proxy.whole();
        proxy.timers.advance(Duration.ofSeconds(599));
        assertThat(client.answered()).isFalse();
        proxy.timers.advance(Duration.ofSeconds(1));
        assertThat(client.status()).isEqualTo(504);
        assertThat(client.errorType()).isEqualTo("timeout_error");
        assertThat(proxy.upstream.last().cancelled()).isTrue();
    }

    @Test
    void aClientThatLeavesEndsTheCall() {
        FakeExchange waiting = proxy.whole();
        waiting.leave();
        assertThat(proxy.upstream.last().cancelled()).isTrue();
        assertThat(proxy.timers.size()).isZero();
        FakeExchange reading = proxy.whole();
        proxy.upstream.last().headers(200).bytes("{");
        reading.leave();
        assertThat(proxy.upstream.last().cancelled()).isTrue();
        assertThat(waiting.answered() || reading.answered()).isFalse();
        FakeExchange left = FakeExchange.post("/v1/messages", EngineFixture.WHOLE_REQUEST);
        left.leave();
        int before = proxy.upstream.count();
        proxy.handle(left);
        assertThat(proxy.upstream.count()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"x\"", "{}", "{\"model\":\"m\",}", "{\"model\":1}", "{} {}"})
    void bodiesThatAreNoRequestAre400(String body) {
        FakeExchange client = proxy.handle(FakeExchange.post("/v1/messages", body));
        assertThat(client.status()).isEqualTo(400);
        assertThat(client.errorType()).isEqualTo("invalid_request_error");
        assertThat(client.errorMessage()).isNotBlank();
        assertThat(proxy.upstream.count()).isZero();
    }

    @Test
    void anEndlessModelNameIs400() {
        String body = EngineFixture.WHOLE_REQUEST.replace("claude-sonnet-4-5", "m".repeat(1025));
        assertThat(proxy.handle(FakeExchange.post("/v1/messages", body)).status())
                .isEqualTo(400);
    }

    @Test
    void aPackedRequestIsServed() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(EngineFixture.WHOLE_REQUEST.getBytes(StandardCharsets.UTF_8));
        }
        proxy.handle(FakeExchange.post("/v1/messages", "")
                .with("content-type", "Application/JSON; charset=UTF-8")
                .with("content-encoding", "gzip")
                .body(packed.toByteArray()));
        assertThat(proxy.upstream.count()).isEqualTo(1);
    }

    @Test
    @Case({"U09", "U10"})
    void tokensAreCountedWithoutAskingAnybody() {
        FakeExchange client = proxy.handle(FakeExchange.post(
                "/v1/messages/count_tokens?beta=true",
                "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"foo\"}]}"));
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.json().path("input_tokens").asInt()).isPositive();
        assertThat(proxy.upstream.count()).isZero();
    }

    @Test
    void theConnectionIsTestedWithOneSmallCallToTheSmallModel() {
        FakeExchange client = proxy.handle(FakeExchange.get("/test-connection"));
        String sent = new String(proxy.upstream.last().request().body(), StandardCharsets.UTF_8);
        assertThat(sent).contains("\"model\":\"gpt-4o-mini\"");
        proxy.timers.advance(Duration.ofMillis(20));
        proxy.upstream.last().respond(200, ANSWER, "content-type", "application/json");
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.json().path("status").asText()).isEqualTo("success");
        assertThat(client.json().path("model").asText()).isEqualTo("gpt-4o-mini");
        assertThat(client.json().path("latency_ms").asInt()).isEqualTo(20);
    }

    @Test
    void aFailedTestSaysWhatWasWrong() {
        FakeExchange client = proxy.handle(FakeExchange.get("/test-connection"));
        proxy.upstream.last().respond(401, "{\"error\":{\"message\":\"Incorrect API key provided\"}}");
        assertThat(client.status()).isEqualTo(500);
        assertThat(client.json().path("status").asText()).isEqualTo("failed");
        assertThat(client.errorMessage()).contains("Incorrect API key");
        assertThat(client.json().path("request_id").asText()).isEqualTo(client.responseHeader("request-id"));
    }

    @Test
    void anEmbedderCanTestTheConnectionToo() {
        var report = proxy.engine.testConnection();
        assertThat(report).isNotDone();
        proxy.upstream.last().fail(Reason.CONNECT);
        assertThat(report.join().ok()).isFalse();
        assertThat(report.join().status()).isEqualTo(500);
        assertThat(report.join().message()).contains("OPENAI_BASE_URL");
    }
}
