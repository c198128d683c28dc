package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a call is sent again, and when not. */
class RetryTest {

    private static final Duration JITTER = Duration.ofMillis(500);
    private static final String ERROR = "{\"error\":{\"message\":\"words\"}}";

    private final EngineFixture proxy = new EngineFixture();

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 429, 500, 502, 503, 504, 529})
    void passingTroubleIsTriedOnceMore(int status) {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().respond(status, ERROR);
        assertThat(client.answered()).isFalse();
        proxy.timers.advance(JITTER);
        assertThat(proxy.upstream.count()).isEqualTo(2);
        assertThat(proxy.upstream.call(1).request().body())
                .isEqualTo(proxy.upstream.call(0).request().body());
        proxy.upstream.last().stream().text("Hi").finish("stop").end();
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.events()).endsWith("message_stop");
    }

    @Test
    void thereAreTwoAttemptsAtMost() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().respond(500, ERROR);
        proxy.timers.advance(JITTER);
        proxy.upstream.last().respond(500, ERROR);
        proxy.timers.advance(Duration.ofSeconds(30));
        assertThat(proxy.upstream.count()).isEqualTo(2);
        assertThat(client.status()).isEqualTo(500);
    }

    @Test
    void noneWhenSwitchedOff() {
        EngineFixture once = new EngineFixture(settings -> settings.maxRetries(0));
        FakeExchange client = once.stream();
        once.upstream.last().respond(500, ERROR);
        assertThat(client.status()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 422})
    void whatWillNotPassIsNotTriedAgain(int status) {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().respond(status, ERROR);
        assertThat(client.answered()).isTrue();
        assertThat(proxy.upstream.count()).isEqualTo(1);
    }

    @Test
    void anExhaustedQuotaIsNotTriedAgain() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().respond(429, "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"pay\"}}");
        assertThat(client.status()).isEqualTo(402);
    }

    @Test
    void aWaitThatTheUpstreamAsksForIsKept() {
        FakeExchange client = proxy.whole();
        proxy.upstream.last().respond(429, ERROR, "retry-after", "8");
        proxy.timers.advance(Duration.ofSeconds(8).minusNanos(1));
        assertThat(proxy.upstream.count()).isEqualTo(1);
        proxy.timers.advance(Duration.ofNanos(1));
        assertThat(proxy.upstream.count()).isEqualTo(2);
        assertThat(client.answered()).isFalse();
    }

    @Test
    void aLongerWaitIsLeftToTheClient() {
        FakeExchange client = proxy.whole();
        proxy.upstream.last().respond(429, ERROR, "retry-after", "11");
        assertThat(client.status()).isEqualTo(429);
        assertThat(client.responseHeader("retry-after")).isEqualTo("11");
    }

    @Test
    void aDateFarAwayIsPassedOn() {
        FakeExchange client = proxy.whole();
        proxy.upstream.last().respond(429, ERROR, "retry-after", "Fri, 31 Dec 9999 23:59:59 GMT");
        assertThat(client.status()).isEqualTo(429);
        assertThat(client.responseHeader("retry-after")).isEqualTo("Fri, 31 Dec 9999 23:59:59 GMT");
    }

    @Test
    void aWaitPastTheTimeToCommitIsLeftToTheClient() {
        FakeExchange client = proxy.stream();
        proxy.timers.advance(Duration.ofSeconds(5));
        proxy.upstream.last().respond(429, ERROR, "retry-after", "6");
        assertThat(client.status()).isEqualTo(429);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void onlyCallsThatDidNotArriveAreSentAgain(Reason reason) {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().fail(reason);
        proxy.timers.advance(JITTER);
        boolean again = reason == Reason.CONNECT || reason == Reason.NO_RESPONSE;
        assertThat(proxy.upstream.count()).isEqualTo(again ? 2 : 1);
        assertThat(client.answered()).isEqualTo(!again);
    }

    @Test
    void anErrorInsideTheFirstEventIsTriedAgain() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().data("{\"error\":{\"message\":\"slow down\",\"code\":429}}");
        assertThat(client.answered()).isFalse();
        proxy.timers.advance(JITTER);
        proxy.upstream.last().stream().text("Hi").finish("stop").end();
        assertThat(client.events()).endsWith("message_stop");
    }

    @Test
    void nothingIsTriedAgainAfterTheFirstByteToTheClient() {
        FakeExchange client = proxy.stream();
        proxy.timers.advance(Duration.ofSeconds(10));
        assertThat(client.events()).containsExactly("message_start");
        proxy.upstream.last().respond(500, ERROR);
        proxy.timers.advance(Duration.ofSeconds(10));
        assertThat(proxy.upstream.count()).isEqualTo(1);
        assertThat(client.events()).endsWith("error");
    }

    @Test
    void theHoldMayEndWithinTheSecondAttempt() {
        FakeExchange client = proxy.stream();
        proxy.timers.advance(Duration.ofSeconds(9));
        proxy.upstream.last().fail(Reason.NO_RESPONSE);
        proxy.timers.advance(Duration.ofSeconds(2));
        assertThat(proxy.upstream.count()).isEqualTo(2);
        assertThat(client.events()).containsExactly("message_start");
        proxy.upstream.last().stream().text("Hi").finish("stop").end();
        assertThat(client.events()).filteredOn("message_start"::equals).hasSize(1);
        assertThat(client.events()).endsWith("message_stop");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsTriedAgainForAClientThatHasLeft(boolean stream) {
        FakeExchange client = stream ? proxy.stream() : proxy.whole();
        proxy.upstream.last().fail(Reason.CONNECT);
        client.leave();
        proxy.timers.advance(Duration.ofMinutes(1));
        assertThat(proxy.upstream.count()).isEqualTo(1);
        assertThat(client.answered()).isFalse();
        assertThat(proxy.timers.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "3,PT3S",
        "0,PT0S",
        "0.25,PT0.25S",
        "'Sun, 22 Nov 2026 12:00:09 GMT',PT9S",
        "'Sun, 22 Nov 2026 11:00:00 GMT',PT0S"
    })
    void retryAfterIsSecondsOrADate(String value, Duration wait) {
        assertThat(RetryPolicy.retryAfter(value, Instant.parse("2026-11-22T12:00:00Z")))
                .isEqualTo(wait);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "abc", "NaN", "1e99", ""})
    void otherValuesOfRetryAfterMeanNothing(String value) {
        assertThat(RetryPolicy.retryAfter(value, Instant.EPOCH)).isNull();
    }
}
