package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Case;
import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streamed calls, with upstream, clock and client played by hand. */
class StreamingCallTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final EngineFixture proxy = new EngineFixture(settings -> settings.maxRetries(0));

    @AfterEach
    void nothingWaitsForCallsThatHaveEnded() {
        if (proxy.upstream.count() > 0 && proxy.upstream.last().cancelled()) {
            assertThat(proxy.timers.size()).as("timers left").isZero();
        }
    }

    @Test
    void anAnswerStreamsThrough() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last();
        assertThat(client.answered()).isFalse();

        upstream.stream();
        assertThat(client.answered()).as("headers wait for the first event").isFalse();
        upstream.text("Hello");
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.responseHeaders())
                .containsEntry("content-type", "text/event-stream; charset=utf-8")
                .containsEntry("cache-control", "no-cache")
                .containsEntry("x-accel-buffering", "no")
                .containsKey("request-id");
        assertThat(client.events()).containsExactly("message_start", "content_block_start", "content_block_delta");
        assertThat(client.writes()).as("one write per read").hasSize(1);

        upstream.text(" world").finish("stop");
        assertThat(client.ended()).as("token counts may still come").isFalse();
        upstream.data("{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}")
                .data("[DONE]");

        assertThat(client.events())
                .containsExactly(
                        "message_start",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop");
        assertThat(client.streamed())
                .contains("\"model\":\"claude-sonnet-4-5\"", "\"input_tokens\":7", "\"stop_reason\":\"end_turn\"");
        assertThat(client.ended()).isTrue();

        upstream.end();
        proxy.timers.advance(Duration.ofSeconds(2));
        assertThat(upstream.cancelled()).as("the connection can be used again").isFalse();
    }

    @Test
    void anUpstreamThatDoesNotEndItsAnswerLosesItsConnectionAfterASecond() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().stream().text("Hi").finish("stop");
        upstream.data("[DONE]");
        assertThat(client.ended()).isTrue();
        upstream.bytes(": more");
        assertThat(upstream.cancelled()).isFalse();
        proxy.timers.advance(Duration.ofSeconds(1));
        assertThat(upstream.cancelled()).isTrue();
    }

    @Test
    void theRequestCarriesExactlyOurHeaders() {
        EngineFixture custom = new EngineFixture(
                settings -> settings.customHeaders(Map.of("authorization", "Basic mine", "X-Team", "blue")));
        custom.handle(FakeExchange.post("/v1/messages?beta=true", EngineFixture.STREAM_REQUEST)
                .with("x-api-key", "client")
                .with("cookie", "a=b")
                .with("anthropic-beta", "x")
                .with("connection", "x-a")
                .with("x-forwarded-for", "1.2.3.4"));
        assertThat(custom.upstream.last().request().headers())
                .containsOnlyKeys("authorization", "Content-Type", "Accept", "Accept-Encoding", "User-Agent", "X-Team")
                .containsEntry("authorization", "Basic mine")
                .containsEntry("Accept-Encoding", "identity");
        assertThat(custom.upstream.last().request().headers().get("User-Agent")).startsWith("claude-code-proxy/");
        assertThat(custom.upstream.last().request().uri().toString())
                .isEqualTo("http://provider.test/v1/chat/completions");
        proxy.stream();
        assertThat(proxy.upstream.last().request().headers()).containsEntry("Authorization", "Bearer upstream-secret");
    }

    @Test
    void aDoubledVersionInThePathIsServed() {
        proxy.handle(FakeExchange.post("/v1/v1/messages", EngineFixture.STREAM_REQUEST));
        assertThat(proxy.upstream.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "400,400,invalid_request_error",
        "401,500,api_error",
        "403,500,api_error",
        "404,404,not_found_error",
        "429,429,rate_limit_error",
        "500,500,api_error",
        "503,529,overloaded_error",
        "504,504,timeout_error"
    })
    void anUpstreamErrorBeforeTheFirstEventKeepsItsStatus(int upstreamStatus, int status, String type) {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().respond(upstreamStatus, "{\"error\":{\"message\":\"words\"}}", "retry-after", "7");
        assertThat(client.status()).isEqualTo(status);
        assertThat(client.errorType()).isEqualTo(type);
        assertThat(client.json().path("request_id").asText()).isEqualTo(client.responseHeader("request-id"));
        assertThat(proxy.upstream.last().cancelled()).isTrue();
    }

    @Test
    void adviceAboutTryingAgainIsPassedOn() {
        FakeExchange limited = proxy.stream();
        proxy.upstream.last().respond(429, "{\"error\":{\"message\":\"slow down\"}}", "retry-after", "7");
        assertThat(limited.responseHeader("retry-after")).isEqualTo("7");
        FakeExchange denied = proxy.stream();
        proxy.upstream.last().respond(401, "{\"error\":{\"message\":\"bad key\"}}");
        assertThat(denied.responseHeader("x-should-retry")).isEqualTo("false");
    }

    @Test
    void anEndlessErrorBodyIsCut() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().headers(500, "content-type", "text/plain");
        String piece = "x".repeat(16 * 1024);
        for (int i = 0; i < 5 && !client.answered(); i++) {
            upstream.bytes(piece);
        }
        assertThat(client.status()).isEqualTo(500);
        assertThat(client.text().length()).isLessThan(3000);
        assertThat(upstream.cancelled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 204, 206, 301, 302, 307, 308})
    void otherStatusesAreErrorsThatDoNotPass(int upstreamStatus) {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().headers(upstreamStatus, "location", "http://elsewhere.test/");
        assertThat(client.status()).isEqualTo(500);
        assertThat(client.errorType()).isEqualTo("api_error");
        assertThat(client.responseHeader("x-should-retry")).isEqualTo("false");
        assertThat(proxy.upstream.count()).isEqualTo(1);
        assertThat(client.text()).doesNotContain("elsewhere");
    }

    @Test
    void aWebPageIsAnError() {
        FakeExchange labelled = proxy.stream();
        proxy.upstream.last().headers(200, "content-type", "text/html; charset=utf-8");
        assertThat(labelled.status()).isEqualTo(500);
        FakeExchange unlabelled = proxy.stream();
        proxy.upstream.last().headers(200).bytes("\r\n<!doctype html><p>Please log in");
        assertThat(unlabelled.status()).isEqualTo(500);
        assertThat(unlabelled.text()).doesNotContain("log in");
    }

    @Test
    void aPackedAnswerIsAnError() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().headers(200, "content-type", "text/event-stream", "content-encoding", "br");
        assertThat(client.status()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream", "text/plain"})
    void aWholeAnswerBecomesAStream(String type) {
        FakeExchange client = proxy.stream();
        String json = "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},"
                + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}";
        FakeUpstream.Call upstream = proxy.upstream.last().headers(200, "content-type", type);
        upstream.bytes("\n" + json.substring(0, 40)).bytes(json.substring(40)).end();
        assertThat(client.events()).startsWith("message_start").endsWith("message_stop");
        assertThat(client.streamed()).contains("\"text\":\"Hi\"");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void anErrorAsTheFirstEventKeepsItsStatus() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().data("{\"error\":{\"message\":\"slow down\",\"code\":429}}");
        assertThat(client.status()).isEqualTo(429);
        assertThat(proxy.upstream.last().cancelled()).isTrue();
    }

    @Test
    void anErrorAfterTheFirstEventIsAnEvent() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().text("Hel").data("{\"error\":{\"message\":\"slow down\",\"code\":429}}");
        assertThat(client.events()).endsWith("error").doesNotContain("message_stop");
        assertThat(client.streamed())
                .contains("rate_limit_error", "\"request_id\":\"" + client.responseHeader("request-id") + "\"");
        assertThat(client.ended()).isTrue();
        assertThat(proxy.upstream.last().cancelled()).isTrue();
    }

    @Test
    void aFilteredPromptIsARefusal() {
        FakeExchange client = proxy.stream();
        proxy.upstream
                .last()
                .respond(400, "{\"error\":{\"code\":\"content_filter\",\"message\":\"The prompt was filtered.\"}}");
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.streamed()).contains("\"stop_reason\":\"refusal\"");
        assertThat(client.events()).endsWith("message_stop");
        assertThat(client.ended()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void failuresBelowHttpAreApiErrorsOrTimeouts(Reason reason) {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().fail(reason);
        int expected = reason == Reason.CONNECT_TIMEOUT ? 504 : reason == Reason.NO_RESOURCES ? 529 : 500;
        assertThat(client.status()).isEqualTo(expected);
        boolean again = !Set.of(Reason.TLS, Reason.PROTOCOL, Reason.PROXY_AUTHENTICATION)
                .contains(reason);
        assertThat(client.responseHeader("x-should-retry")).isEqualTo(String.valueOf(again));
        assertThat(client.text()).doesNotContain("provider.test", "Exception", "as the test wants it");
    }

    @Test
    void aCutWithinTheAnswerIsNeverAWholeMessage() {
        FakeExchange reset = proxy.stream();
        proxy.upstream.last().stream().text("Hel").fail(Reason.TRUNCATED);
        assertThat(reset.events()).endsWith("error").doesNotContain("message_stop");
        assertThat(reset.ended()).isTrue();

        FakeExchange closed = proxy.stream();
        proxy.upstream.last().stream().text("Hel").end();
        assertThat(closed.events()).endsWith("error").doesNotContain("message_stop");
        assertThat(closed.ended()).isTrue();
    }

    @Test
    void anEmptyStreamIsAnErrorWithAStatus() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().data("[DONE]");
        assertThat(client.status()).isEqualTo(500);
        FakeExchange closed = proxy.stream();
        proxy.upstream.last().stream().end();
        assertThat(closed.status()).isEqualTo(500);
    }

    @Test
    void theEndOfTheBodyEndsAFinishedAnswer() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().text("Hi").finish("stop").end();
        assertThat(client.events()).endsWith("message_delta", "message_stop");
        assertThat(client.ended()).isTrue();
        proxy.timers.advance(Duration.ofMinutes(20));
        assertThat(client.events()).endsWith("message_stop");
    }

    @Test
    @Case("E13")
    void headersAreHeldForTenSecondsAndThenPingsFollow() {
        FakeExchange client = proxy.stream();
        proxy.timers.advance(Duration.ofSeconds(10).minusNanos(1));
        assertThat(client.answered()).isFalse();
        proxy.timers.advance(Duration.ofNanos(1));
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.events()).containsExactly("message_start");
        proxy.timers.advance(Duration.ofSeconds(15));
        assertThat(client.events()).containsExactly("message_start", "ping");
        proxy.timers.advance(Duration.ofSeconds(15));
        assertThat(client.events()).containsExactly("message_start", "ping", "ping");

        proxy.upstream.last().stream().text("Hi").finish("stop").end();
        assertThat(client.events()).filteredOn("message_start"::equals).hasSize(1);
        assertThat(client.events()).endsWith("message_stop");
    }

    @Test
    void anUpstreamErrorAfterTheHoldIsAnEvent() {
        FakeExchange client = proxy.stream();
        proxy.timers.advance(Duration.ofSeconds(11));
        proxy.upstream.last().respond(503, "{\"error\":{\"message\":\"loading model\"}}");
        assertThat(client.events()).containsExactly("message_start", "error");
        assertThat(client.streamed()).contains("overloaded_error");
        assertThat(client.ended()).isTrue();
    }

    @Test
    @Case("E12")
    void pingsComeOnlyAfterSilence() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().stream();
        for (int i = 0; i < 20; i++) {
            upstream.text("x");
            proxy.timers.advance(Duration.ofSeconds(14));
        }
        assertThat(client.events()).doesNotContain("ping");
        proxy.timers.advance(SECOND);
        assertThat(client.events()).endsWith("ping");
    }

    @Test
    void silenceBeforeTheFirstEventIsATimeoutWithItsStatus() {
        EngineFixture hasty = new EngineFixture(settings -> settings.requestTimeout(Duration.ofSeconds(5)));
        FakeExchange client = hasty.stream();
        hasty.timers.advance(Duration.ofSeconds(5));
        assertThat(client.status()).isEqualTo(504);
        assertThat(client.errorType()).isEqualTo("timeout_error");
        assertThat(client.errorMessage()).contains("REQUEST_TIMEOUT");
        assertThat(hasty.upstream.count()).as("a timeout is not tried again").isEqualTo(1);
        assertThat(hasty.upstream.last().cancelled()).isTrue();
    }

    @Test
    void silenceWithinTheAnswerIsAnErrorEvent() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().text("Hel");
        proxy.timers.advance(Duration.ofSeconds(299));
        assertThat(client.ended()).isFalse();
        proxy.timers.advance(SECOND);
        assertThat(client.events()).endsWith("error");
        assertThat(client.streamed()).contains("timeout_error");
        assertThat(client.ended()).isTrue();
        assertThat(proxy.upstream.last().cancelled()).isTrue();
    }

    @Test
    void aSlowStreamLivesOn() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().stream();
        for (int i = 0; i < 20; i++) {
            proxy.timers.advance(Duration.ofSeconds(200));
            upstream.text("x");
        }
        upstream.finish("stop").end();
        assertThat(client.events()).endsWith("message_stop");
    }

    @Test
    void commentsAreLifeForTenMinutesOnly() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().stream().text("Hel");
        for (int i = 0; i < 5; i++) {
            proxy.timers.advance(Duration.ofSeconds(100));
            upstream.bytes(": still here\n\n");
        }
        assertThat(client.ended()).isFalse();
        proxy.timers.advance(Duration.ofSeconds(100));
        upstream.bytes(": still here\n\n");
        assertThat(client.events()).endsWith("error");
        assertThat(upstream.cancelled()).isTrue();
    }

    @Test
    void aFinishedAnswerWaitsTwoSecondsForTokenCounts() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().stream().text("Hi").finish("stop");
        proxy.timers.advance(Duration.ofSeconds(2).minusNanos(1));
        assertThat(client.ended()).isFalse();
        proxy.timers.advance(Duration.ofNanos(1));
        assertThat(client.events()).endsWith("message_stop");
        assertThat(client.ended()).isTrue();
        proxy.timers.advance(Duration.ofSeconds(1));
        assertThat(upstream.cancelled()).isTrue();
    }

    @Test
    void aClientThatIsBehindStopsTheUpstream() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().stream();
        assertThat(upstream.demand()).isEqualTo(1);
        client.stall();
        upstream.text("one");
        assertThat(upstream.demand()).as("nothing is asked for").isZero();
        proxy.timers.advance(Duration.ofSeconds(290));
        assertThat(client.events()).as("no pings onto a full channel").doesNotContain("ping");
        client.drain();
        assertThat(upstream.demand()).isEqualTo(1);
        upstream.text("two").finish("stop").end();
        assertThat(client.events()).endsWith("message_stop");
    }

    @Test
    void aStalledClientIsNotTakenForASilentUpstream() {
        EngineFixture hasty = new EngineFixture(settings -> settings.requestTimeout(Duration.ofSeconds(5)));
        FakeExchange client = hasty.stream();
        FakeUpstream.Call upstream = hasty.upstream.last().stream();
        client.stall();
        upstream.text("one");
        hasty.timers.advance(Duration.ofSeconds(60));
        client.drain();
        hasty.timers.advance(Duration.ofSeconds(4));
        assertThat(client.ended()).isFalse();
        hasty.timers.advance(SECOND);
        assertThat(client.events()).endsWith("error");
    }

    @Test
    void aClientThatNeverReadsIsGivenUp() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().stream();
        client.stall();
        upstream.text("one");
        proxy.timers.advance(Duration.ofSeconds(316));
        assertThat(client.aborted()).isTrue();
        assertThat(upstream.cancelled()).isTrue();
    }

    @Test
    void theEndReachesAClientThatWasBehind() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().stream();
        client.stall();
        upstream.text("one");
        upstream.fail(Reason.TRUNCATED);
        assertThat(client.events()).doesNotContain("error");
        assertThat(client.ended()).isFalse();
        client.drain();
        assertThat(client.events()).endsWith("error");
        assertThat(client.ended()).isTrue();
    }

    @Test
    void theLastBytesMayStillBeHeldWhenTheAnswerEnds() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().stream().text("Hi").finish("stop");
        client.stall();
        upstream.data("[DONE]");
        assertThat(client.events()).endsWith("message_stop");
        assertThat(client.ended()).isTrue();
        proxy.timers.advance(Duration.ofSeconds(1));
        assertThat(upstream.cancelled()).isTrue();
    }

    @Test
    void manyEventsOfOneReadAreOneWrite() {
        FakeExchange client = proxy.stream();
        String event = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";
        proxy.upstream.last().stream().bytes(event.repeat(500));
        assertThat(client.events()).filteredOn("content_block_delta"::equals).hasSize(500);
        assertThat(client.writes()).hasSize(1);
    }

    @Test
    void aClientThatLeftBeforeTheCallCostsNothing() {
        FakeExchange client = FakeExchange.post("/v1/messages", EngineFixture.STREAM_REQUEST);
        client.leave();
        proxy.handle(client);
        assertThat(proxy.upstream.count()).isZero();
        assertThat(client.answered()).isFalse();
    }

    @Test
    void aClientThatLeavesWhileHeadersAreAwaitedEndsTheCall() {
        FakeExchange client = proxy.stream();
        client.leave();
        assertThat(proxy.upstream.last().cancelled()).isTrue();
        proxy.upstream.last().stream();
        proxy.timers.advance(Duration.ofMinutes(10));
        assertThat(client.answered()).isFalse();
    }

    @Test
    void aClientThatLeavesWithinTheStreamEndsTheCall() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().stream().text("one");
        client.leave();
        assertThat(upstream.cancelled()).isTrue();
        assertThat(client.aborted()).isTrue();
        int writes = client.writes().size();
        proxy.timers.advance(Duration.ofMinutes(10));
        assertThat(client.writes()).hasSize(writes);
    }

    @Test
    void aClientThatLeavesAfterTheHoldEndsTheCall() {
        FakeExchange client = proxy.stream();
        proxy.timers.advance(Duration.ofSeconds(20));
        client.leave();
        assertThat(proxy.upstream.last().cancelled()).isTrue();
        assertThat(client.aborted()).isTrue();
    }

    @Test
    void aClientThatLeavesAfterTheEndChangesNothing() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().text("Hi").finish("stop").data("[DONE]");
        client.leave();
        assertThat(client.aborted()).isFalse();
    }

    @Test
    void oneEventThatNeverEndsIsAnError() {
        FakeExchange client = proxy.stream();
        FakeUpstream.Call upstream = proxy.upstream.last().stream().text("Hi");
        String piece = "x".repeat(1 << 20);
        upstream.bytes("data: ");
        for (int i = 0; i < 18 && !client.ended(); i++) {
            upstream.bytes(piece);
        }
        assertThat(client.events()).endsWith("error");
        assertThat(upstream.cancelled()).isTrue();
    }
}
