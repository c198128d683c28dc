package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is asked when the chosen model has failed (R11). */
class FallbackTest {

    private static final String ERROR = "{\"error\":{\"message\":\"words\"}}";

    private final EngineFixture proxy = new EngineFixture(
            settings -> settings.upstream("spare", URI.create("http://spare.test/v1"), "sk-of-the-spare")
                    .fallbacks(List.of(new ModelTarget("spare", "qwen3"), new ModelTarget("gpt-4.1"))));

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403, 404, 408, 429, 500, 502, 503, 504, 529})
    void theNextIsAskedAtOnce(int status) {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().respond(status, ERROR);
        assertThat(proxy.upstream.count()).isEqualTo(2);
        assertThat(proxy.upstream.last().request().uri()).hasToString("http://spare.test/v1/chat/completions");
        assertThat(proxy.upstream.last().request().headers()).containsEntry("Authorization", "Bearer sk-of-the-spare");
        assertThat(body(1)).contains("\"model\":\"qwen3\"");
        proxy.upstream.last().stream().text("Hi").finish("stop").end();
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.events()).endsWith("message_stop");
    }

    @Test
    void aDeadConnectionIsAReasonToo() {
        FakeExchange client = proxy.whole();
        proxy.upstream.last().fail(Reason.CONNECT);
        proxy.upstream.last().respond(200, Chunks.completion("Hi"));
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.json().at("/model").asText()).isEqualTo("claude-sonnet-4-5");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void aRequestThatIsWrongIsWrongForAll(int status) {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().respond(status, ERROR);
        assertThat(client.answered()).isTrue();
        assertThat(proxy.upstream.count()).isEqualTo(1);
    }

    @Test
    void aClientThatWasToldSomethingKeepsItsModel() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().text("Hel");
        proxy.upstream.last().fail(Reason.TRUNCATED);
        assertThat(proxy.upstream.count()).isEqualTo(1);
        assertThat(client.streamed()).contains("event: error");
    }

    @Test
    void anAnswerThatBreaksOffBeforeAnythingWasToldIsGivenBySomebodyElse() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().end();
        assertThat(proxy.upstream.count()).isEqualTo(2);
        proxy.upstream.last().stream().text("Hi").finish("stop").end();
        assertThat(client.events()).endsWith("message_stop");
    }

    /** Three attempts at most; the last candidate's own retry would be a fourth. */
    @ParameterizedTest
    @CsvSource({
        "500, 500, 500, 500, api_error",
        "429, 500, 500, 429, rate_limit_error",
        "500, 429, 404, 429, rate_limit_error",
        "401, 404, 502, 500, api_error",
        "500, 404, 502, 404, not_found_error",
        "503, 503, 503, 529, overloaded_error",
    })
    void whenAllHaveFailedTheClientLearnsWhatItCanUse(int first, int second, int third, int told, String type) {
        FakeExchange client = proxy.whole();
        for (int status : new int[] {first, second, third}) {
            proxy.upstream.last().respond(status, ERROR);
            proxy.timers.advance(Duration.ofMinutes(1));
        }
        assertThat(proxy.upstream.count()).isEqualTo(3);
        assertThat(client.status()).isEqualTo(told);
        assertThat(client.errorType()).isEqualTo(type);
    }

    @Test
    void anUpstreamThatIsSparedIsPassedOver() {
        for (int i = 0; i < 5; i++) {
            proxy.whole();
            proxy.upstream.last().respond(500, ERROR);
            proxy.upstream.last().respond(200, Chunks.completion("Hi"));
        }
        int before = proxy.upstream.count();
        FakeExchange client = proxy.whole();
        assertThat(proxy.upstream.count()).isEqualTo(before + 1);
        assertThat(proxy.upstream.last().request().uri().getHost()).isEqualTo("spare.test");
        proxy.upstream.last().respond(200, Chunks.completion("Hi"));
        assertThat(client.status()).isEqualTo(200);
        assertThat(proxy.engine.status().breakers())
                .containsEntry("gpt-4o", BreakerState.OPEN)
                .containsEntry("spare/qwen3", BreakerState.CLOSED);
    }

    @Test
    void theTimeOfAWholeCallIsForAllAttempts() {
        FakeExchange client = proxy.whole();
        proxy.timers.advance(Duration.ofMinutes(11));
        assertThat(proxy.upstream.count()).isEqualTo(1);
        assertThat(client.status()).isEqualTo(504);
    }

    @Test
    void aModelWhoseWholeCallsTakeTooLongIsSpared() {
        for (int i = 0; i < 5; i++) {
            proxy.whole();
            proxy.timers.advance(Duration.ofMinutes(11));
        }
        assertThat(proxy.engine.status().breakers()).containsEntry("gpt-4o", BreakerState.OPEN);
    }

    @Test
    void aClientThatHasLeftIsServedByNobody() {
        FakeExchange client = proxy.stream();
        client.leave();
        proxy.upstream.last().fail(Reason.CONNECT);
        assertThat(proxy.upstream.count()).isEqualTo(1);
    }

    private String body(int call) {
        return new String(
                Objects.requireNonNull(proxy.upstream.call(call).request().body()), StandardCharsets.UTF_8);
    }
}
