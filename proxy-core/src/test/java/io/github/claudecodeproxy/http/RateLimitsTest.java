package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitsTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @Test
    void theUpstreamsLimitsAreSaidInAnthropicsWords() {
        Map<String, String> upstream = Map.of(
                "x-ratelimit-limit-requests", "5000",
                "x-ratelimit-remaining-requests", "4999",
                "x-ratelimit-reset-requests", "12ms",
                "x-ratelimit-limit-tokens", "160000",
                "x-ratelimit-remaining-tokens", "159976",
                "x-ratelimit-reset-tokens", "6m0s",
                "x-other", "1");
        assertThat(RateLimits.headers(upstream, NOW))
                .containsOnly(
                        Map.entry("anthropic-ratelimit-requests-limit", "5000"),
                        Map.entry("anthropic-ratelimit-requests-remaining", "4999"),
                        Map.entry("anthropic-ratelimit-requests-reset", "2026-11-26T12:00:00Z"),
                        Map.entry("anthropic-ratelimit-tokens-limit", "160000"),
                        Map.entry("anthropic-ratelimit-tokens-remaining", "159976"),
                        Map.entry("anthropic-ratelimit-tokens-reset", "2026-11-26T12:06:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "1s, 1000",
        "20ms, 20",
        "6m0s, 360000",
        "1h2m3s, 3723000",
        "1d, 86400000",
        "1.5s, 1500",
        "7, 7000",
        "7.66s, 7660",
        "2m, 120000"
    })
    void durationsOfAllForms(String text, long millis) {
        assertThat(RateLimits.duration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1s", "1s2m", "1 s", "99999999999999999999s", "\r\n"})
    void whatIsNoDurationIsLeftOut(String text) {
        assertThat(RateLimits.duration(text)).isNull();
        assertThat(RateLimits.headers(Map.of("x-ratelimit-reset-tokens", text, "x-ratelimit-limit-tokens", "a b"), NOW))
                .isEmpty();
    }

    @Test
    void theyArePassedOnWhereTheSettingsSaySo() {
        for (boolean wanted : new boolean[] {true, false}) {
            EngineFixture proxy = new EngineFixture(
                    settings -> settings.rateLimitHeaders(wanted).maxRetries(0));
            FakeExchange whole = proxy.whole();
            proxy.upstream.last().respond(429, "{}", "x-ratelimit-limit-requests", "60");
            FakeExchange stream = proxy.stream();
            proxy.upstream.last().headers(200, "content-type", "text/event-stream", "x-ratelimit-limit-requests", "60");
            proxy.upstream.last().text("Hello");
            String expected = wanted ? "60" : null;
            assertThat(whole.responseHeader("anthropic-ratelimit-requests-limit"))
                    .isEqualTo(expected);
            assertThat(stream.responseHeader("anthropic-ratelimit-requests-limit"))
                    .isEqualTo(expected);
        }
    }
}
