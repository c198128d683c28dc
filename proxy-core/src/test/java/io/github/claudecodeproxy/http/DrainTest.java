package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A proxy that is told to stop. */
class DrainTest {

    private final EngineFixture proxy = new EngineFixture(settings -> settings.maxRetries(0));

    @ParameterizedTest
    @CsvSource({"POST, /v1/messages", "GET, /v1/models", "GET, /readyz", "GET, /nothing"})
    void newWorkIsRefusedAndTheConnectionClosed(String method, String path) {
        proxy.engine.drain();

        FakeExchange client = proxy.handle(new FakeExchange(method, path));

        assertThat(client.status()).isEqualTo(503);
        assertThat(client.json().at("/error/type").asText()).isEqualTo("api_error");
        assertThat(client.responseHeaders()).containsEntry("connection", "close");
        assertThat(proxy.upstream.count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"/health", "/healthz"})
    void healthIsAnsweredToTheEnd(String path) {
        proxy.engine.drain();

        assertThat(proxy.handle(FakeExchange.get(path)).status()).isEqualTo(200);
    }

    @Test
    void aStreamThatRunsGoesOn() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().text("Hello");

        proxy.engine.drain();
        proxy.upstream.last().text(" world").finish("stop").data("[DONE]");

        assertThat(client.events()).endsWith("message_stop");
    }

    @Test
    void aStreamThatIsEndedSaysSo() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().text("Hello");

        proxy.engine.endCalls();

        assertThat(client.events()).endsWith("error").doesNotContain("message_stop", "content_block_stop");
        assertThat(client.streamed()).contains("overloaded_error", "was stopped");
        assertThat(client.ended()).isTrue();
        assertThat(proxy.upstream.last().cancelled()).isTrue();
    }

    @Test
    void callsWithoutAnAnswerYetGetAStatus() {
        FakeExchange stream = proxy.stream();
        FakeUpstream.Call first = proxy.upstream.last();
        FakeExchange whole = proxy.whole();

        proxy.engine.endCalls();

        assertThat(stream.status()).isEqualTo(529);
        assertThat(whole.status()).isEqualTo(529);
        assertThat(whole.responseHeaders()).containsEntry("x-should-retry", "true");
        assertThat(first.cancelled()).isTrue();
        assertThat(proxy.upstream.last().cancelled()).isTrue();
    }

    @Test
    void callsThatHaveEndedAreLeftAlone() {
        FakeExchange client = proxy.stream();
        proxy.upstream.last().stream().text("Hello").finish("stop").data("[DONE]");

        proxy.engine.endCalls();

        assertThat(client.events()).endsWith("message_stop");
    }
}
