package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When an upstream is spared, and when it is called again. */
class CircuitBreakerTest {

    private static final String ERROR = "{\"error\":{\"message\":\"words of the provider\"}}";
    private static final String ANSWER =
            "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";
    private static final int FAILURES = 5;
    private static final Duration LONGEST_OPEN = Duration.ofSeconds(30);

    private final EngineFixture proxy = new EngineFixture(settings -> settings.maxRetries(0));

    private void fail(int times, int status, String... headers) {
        for (int i = 0; i < times; i++) {
            int before = proxy.upstream.count();
            proxy.whole();
            assertThat(proxy.upstream.count()).as("calls").isEqualTo(before + 1);
            proxy.upstream.last().respond(status, ERROR, headers);
        }
    }

    private FakeExchange refused() {
        int before = proxy.upstream.count();
        FakeExchange client = proxy.stream();
        assertThat(proxy.upstream.count()).as("calls").isEqualTo(before);
        assertThat(client.answered()).isTrue();
        return client;
    }

    private void served() {
        int before = proxy.upstream.count();
        FakeExchange client = proxy.whole();
        assertThat(proxy.upstream.count()).as("calls").isEqualTo(before + 1);
        proxy.upstream.last().respond(200, ANSWER);
        assertThat(client.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 529})
    void opensAfterFiveFailuresInARow(int status) {
        fail(FAILURES, status);
        FakeExchange client = refused();
        assertThat(client.status()).isEqualTo(529);
        assertThat(client.errorType()).isEqualTo("overloaded_error");
        assertThat(client.errorMessage()).contains("words of the provider");
        assertThat(client.responseHeader("x-should-retry")).isEqualTo("true");
        assertThat(Integer.parseInt(client.responseHeader("retry-after"))).isBetween(24, 30);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"CONNECT", "CONNECT_TIMEOUT", "UNKNOWN_HOST", "NO_RESPONSE", "TRUNCATED", "PROTOCOL"})
    void opensAfterConnectionsThatFailed(Reason reason) {
        for (int i = 0; i < FAILURES; i++) {
            proxy.whole();
            proxy.upstream.last().fail(reason);
        }
        assertThat(refused().status()).isEqualTo(529);
    }

    @Test
    void opensAfterSilence() {
        for (int i = 0; i < FAILURES; i++) {
            proxy.stream();
            proxy.timers.advance(Duration.ofMinutes(5));
        }
        assertThat(refused().status()).isEqualTo(529);
    }

    /** It would hide from people what they have to change. */
    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"TLS", "PROXY_AUTHENTICATION"})
    void staysClosedForWhatIsSetUpWrong(Reason reason) {
        for (int i = 0; i < 2 * FAILURES; i++) {
            proxy.whole();
            proxy.upstream.last().fail(reason);
        }
        served();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 408, 413, 422, 429})
    void staysClosedForErrorsOfTheClient(int status) {
        fail(2 * FAILURES, status);
        served();
    }

    @Test
    void anAnswerInBetweenStartsTheCountAnew() {
        fail(FAILURES - 1, 500);
        served();
        fail(FAILURES - 1, 500);
        fail(1, 400);
        fail(FAILURES - 1, 500);
        served();
    }

    @Test
    void oneProbeDecides() {
        fail(FAILURES, 500);
        proxy.timers.advance(LONGEST_OPEN);
        FakeExchange probe = proxy.stream();
        assertThat(refused().status()).isEqualTo(529);
        proxy.upstream.last().stream().text("Hi");
        served();
        proxy.upstream.call(FAILURES).finish("stop").end();
        assertThat(probe.events()).endsWith("message_stop");
    }

    @Test
    void aProbeThatFailsKeepsItOpen() {
        fail(FAILURES, 500);
        proxy.timers.advance(LONGEST_OPEN);
        fail(1, 500);
        refused();
        proxy.timers.advance(Duration.ofSeconds(23));
        refused();
        proxy.timers.advance(LONGEST_OPEN);
        served();
    }

    @Test
    void aProbeWhoseClientLeavesIsNone() {
        fail(FAILURES, 500);
        proxy.timers.advance(LONGEST_OPEN);
        proxy.stream().leave();
        served();
    }

    @Test
    void failuresOfEarlierCallsSayNothingNew() {
        FakeExchange early = proxy.whole();
        fail(FAILURES, 500);
        proxy.timers.advance(LONGEST_OPEN);
        FakeExchange probe = proxy.whole();
        proxy.upstream.call(0).respond(500, ERROR);
        assertThat(early.status()).isEqualTo(500);
        proxy.upstream.last().respond(200, ANSWER);
        assertThat(probe.status()).isEqualTo(200);
        served();
    }

    @Test
    void aSecondTryThatIsNotMadeTellsTheFirstError() {
        EngineFixture retrying = new EngineFixture();
        for (int i = 0; i < 2; i++) {
            retrying.whole();
            retrying.upstream.last().respond(500, ERROR);
            retrying.timers.advance(Duration.ofMillis(500));
            retrying.upstream.last().respond(500, ERROR);
        }
        FakeExchange client = retrying.whole();
        retrying.upstream.last().respond(500, ERROR);
        retrying.timers.advance(Duration.ofMillis(500));
        assertThat(retrying.upstream.count()).isEqualTo(FAILURES);
        assertThat(client.status()).isEqualTo(500);
        assertThat(client.errorMessage()).contains("words of the provider");
    }

    @Test
    void aRateLimitIsKeptForAsLongAsItWasAskedFor() {
        fail(FAILURES, 429, "retry-after", "20");
        FakeExchange client = refused();
        assertThat(client.status()).isEqualTo(429);
        assertThat(client.errorType()).isEqualTo("rate_limit_error");
        assertThat(client.responseHeader("retry-after")).isEqualTo("20");
        proxy.timers.advance(Duration.ofMillis(19_999));
        refused();
        proxy.timers.advance(Duration.ofMillis(1));
        served();
    }

    @Test
    void aRateLimitOfHoursIsTriedEveryMinute() {
        fail(FAILURES, 429, "retry-after", "36000");
        proxy.timers.advance(Duration.ofSeconds(60));
        served();
    }

    @Test
    void eachModelIsOnItsOwn() {
        fail(FAILURES, 500);
        refused();
        String other = EngineFixture.WHOLE_REQUEST.replace("sonnet", "haiku");
        FakeExchange client = proxy.handle(FakeExchange.post("/v1/messages", other));
        proxy.upstream.last().respond(200, ANSWER);
        assertThat(client.status()).isEqualTo(200);
    }
}
