package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More calls at once than the upstream, the memory or the line may hold. */
class LoadTest {

    private static final String ANSWER =
            "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";
    private static final int LINE = 8;

    private static void assertOverloaded(FakeExchange client) {
        assertThat(client.status()).isEqualTo(529);
        assertThat(client.errorType()).isEqualTo("overloaded_error");
        assertThat(client.responseHeader("retry-after")).matches("[1-5]");
        assertThat(client.responseHeader("x-should-retry")).isEqualTo("true");
    }

    private static EngineFixture one() {
        return new EngineFixture(settings -> settings.maxUpstreamConnections(1));
    }

    @Test
    void aCallWaitsForItsPlaceAtTheUpstream() {
        EngineFixture proxy = one();
        FakeExchange first = proxy.whole();
        FakeExchange second = proxy.stream();
        FakeExchange third = proxy.whole();
        assertThat(proxy.upstream.count()).isEqualTo(1);
        proxy.upstream.last().respond(200, ANSWER);
        assertThat(first.status()).isEqualTo(200);
        assertThat(proxy.upstream.count()).isEqualTo(2);
        proxy.upstream.last().stream().text("Hi").finish("stop").end();
        assertThat(second.events()).endsWith("message_stop");
        assertThat(proxy.upstream.count()).isEqualTo(3);
        proxy.upstream.last().respond(200, ANSWER);
        assertThat(third.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noCallWaitsForLong(boolean stream) {
        EngineFixture proxy = one();
        proxy.stream();
        FakeExchange waiting = stream ? proxy.stream() : proxy.whole();
        proxy.timers.advance(Duration.ofSeconds(5));
        assertOverloaded(waiting);
        assertThat(waiting.errorMessage()).contains("MAX_UPSTREAM_CONNECTIONS");
        assertThat(proxy.upstream.count()).isEqualTo(1);
    }

    @Test
    void aPlaceIsFreeAgainHoweverACallEnds() {
        EngineFixture proxy = one();
        proxy.stream().leave();
        proxy.stream();
        proxy.upstream.last().fail(Reason.TLS);
        proxy.whole();
        proxy.upstream.last().respond(400, "{}");
        proxy.stream();
        proxy.upstream.last().stream().text("Hi").fail(Reason.TRUNCATED);
        proxy.stream();
        proxy.timers.advance(Duration.ofMinutes(5));
        proxy.stream();
        assertThat(proxy.upstream.count()).isEqualTo(6);
    }

    /** An upstream that has finished but does not end its answer has its place for another second. */
    @Test
    void aPlaceIsFreeWhenTheUpstreamDoesNotEnd() {
        EngineFixture proxy = one();
        FakeExchange first = proxy.stream();
        proxy.upstream.last().stream().text("Hi").finish("stop");
        proxy.timers.advance(Duration.ofSeconds(2));
        assertThat(first.events()).endsWith("message_stop");
        proxy.whole();
        assertThat(proxy.upstream.count()).isEqualTo(1);
        proxy.timers.advance(Duration.ofSeconds(1));
        assertThat(proxy.upstream.count()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesTheLineIsNeverServed(boolean stream) {
        EngineFixture proxy = one();
        proxy.whole();
        FakeExchange leaving = stream ? proxy.stream() : proxy.whole();
        leaving.leave();
        proxy.upstream.last().respond(200, ANSWER);
        assertThat(proxy.upstream.count()).isEqualTo(1);
        proxy.whole();
        assertThat(proxy.upstream.count()).isEqualTo(2);
        assertThat(leaving.answered()).isFalse();
    }

    @Test
    void aShortSilenceIsNotTheUpstreamsWhileACallWaits() {
        EngineFixture proxy =
                new EngineFixture(settings -> settings.maxUpstreamConnections(1).requestTimeout(Duration.ofSeconds(1)));
        proxy.stream();
        FakeExchange waiting = proxy.stream();
        proxy.upstream.last().stream().text("Hi");
        proxy.timers.advance(Duration.ofMillis(900));
        proxy.upstream.last().text("Hi");
        proxy.timers.advance(Duration.ofMillis(200));
        assertOverloaded(waiting);
    }

    @Test
    void whoComesOnTopIsToldSoBeforeItsBodyIsRead() {
        EngineFixture proxy = one();
        List<FakeExchange> clients = new ArrayList<>();
        for (int i = 0; i < 1 + LINE; i++) {
            clients.add(proxy.whole());
        }
        FakeExchange refused = proxy.whole();
        assertOverloaded(refused);
        assertThat(refused.bodyRead()).isFalse();
        assertThat(proxy.handle(FakeExchange.get("/health")).status()).isEqualTo(200);
        clients.get(LINE).leave();
        assertThat(proxy.whole().answered()).isFalse();
    }

    @Test
    void everyEndMakesRoom() {
        EngineFixture proxy = one();
        for (int i = 0; i < 3 * LINE; i++) {
            FakeExchange whole = proxy.whole();
            proxy.upstream.last().respond(200, ANSWER);
            assertThat(whole.status()).isEqualTo(200);
            FakeExchange stream = proxy.stream();
            proxy.upstream.last().stream().text("Hi").finish("stop").end();
            assertThat(stream.events()).endsWith("message_stop");
            proxy.stream().leave();
            proxy.whole().leave();
            assertThat(proxy.handle(FakeExchange.post("/v1/messages", "{")).status())
                    .isEqualTo(400);
            assertThat(proxy.handle(FakeExchange.post("/v1/messages/count_tokens", EngineFixture.WHOLE_REQUEST))
                            .status())
                    .isEqualTo(200);
            FakeExchange unsent = FakeExchange.post("/v1/messages", "{}");
            unsent.neverSend();
            assertThat(proxy.handle(unsent).status()).isEqualTo(408);
        }
    }

    private static final int BODY = 100_000;

    private static String body(boolean stream) {
        return (stream ? EngineFixture.STREAM_REQUEST : EngineFixture.WHOLE_REQUEST)
                .replace("\"hi\"", "\"" + "x".repeat(BODY) + "\"");
    }

    private static EngineFixture memoryForOne() {
        return new EngineFixture(settings -> settings.maxBodyMemory(6L * BODY));
    }

    @Test
    void aBodyThatDoesNotFitIsRefusedUnread() {
        EngineFixture proxy = memoryForOne();
        FakeExchange first = proxy.handle(FakeExchange.post("/v1/messages", body(false)));
        FakeExchange announced =
                FakeExchange.post("/v1/messages", body(false)).with("content-length", String.valueOf(BODY));
        assertOverloaded(proxy.handle(announced));
        assertThat(announced.bodyRead()).isFalse();
        assertOverloaded(proxy.handle(FakeExchange.post("/v1/messages", body(false))));
        assertThat(proxy.stream().answered()).as("a small one fits").isFalse();
        proxy.upstream.call(0).respond(200, ANSWER);
        assertThat(first.status()).isEqualTo(200);
        assertThat(proxy.handle(FakeExchange.post("/v1/messages", body(false))).answered())
                .isFalse();
    }

    @Test
    void aBodyCountsAsItIsUnpacked() throws IOException {
        EngineFixture proxy = memoryForOne();
        proxy.handle(FakeExchange.post("/v1/messages", body(false)));
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body(false).getBytes(StandardCharsets.UTF_8));
        }
        FakeExchange client = FakeExchange.post("/v1/messages", "")
                .with("content-encoding", "gzip")
                .body(packed.toByteArray());
        assertOverloaded(proxy.handle(client));
    }

    @Test
    void aCallThatIsAloneIsServedWhateverItsSize() {
        EngineFixture proxy = new EngineFixture(settings -> settings.maxBodyMemory(1));
        FakeExchange client = proxy.handle(
                FakeExchange.post("/v1/messages", body(false)).with("content-length", String.valueOf(BODY)));
        proxy.upstream.last().respond(200, ANSWER);
        assertThat(client.status()).isEqualTo(200);
    }

    @Test
    void aStreamNeedsItsRequestNoMoreOnceItIsAnswered() {
        EngineFixture proxy = memoryForOne();
        FakeExchange first = proxy.handle(FakeExchange.post("/v1/messages", body(true)));
        assertOverloaded(proxy.handle(FakeExchange.post("/v1/messages", body(true))));
        proxy.upstream.last().stream().text("Hi");
        FakeExchange second = proxy.handle(FakeExchange.post("/v1/messages", body(true)));
        assertThat(second.answered()).isFalse();
        proxy.upstream.call(0).finish("stop").end();
        assertThat(first.events()).endsWith("message_stop");
    }

    @Test
    void retriesAreFewWhenEverythingFails() {
        EngineFixture proxy = new EngineFixture();
        List<FakeExchange> clients = new ArrayList<>();
        int calls = 20;
        int budget = 4;
        for (int i = 0; i < calls; i++) {
            clients.add(proxy.whole());
        }
        for (int i = 0; i < calls; i++) {
            proxy.upstream.call(i).respond(429, "{}");
        }
        assertThat(clients).filteredOn(FakeExchange::answered).hasSize(calls - budget);
        proxy.timers.advance(Duration.ofMillis(500));
        assertThat(proxy.upstream.count()).isEqualTo(calls + budget);
    }

    @Test
    void someRetriesAreAlwaysAllowedAndGivenBack() {
        EngineFixture proxy = new EngineFixture();
        for (int round = 0; round < 3; round++) {
            int before = proxy.upstream.count();
            for (int i = 0; i < 4; i++) {
                proxy.whole();
            }
            for (int i = 0; i < 4; i++) {
                proxy.upstream.call(before + i).respond(429, "{}");
            }
            proxy.timers.advance(Duration.ofMillis(500));
            assertThat(proxy.upstream.count()).isEqualTo(before + 4 + 3);
            proxy.upstream.call(before + 4).respond(200, ANSWER);
            proxy.upstream.call(before + 5).respond(400, "{}");
            proxy.upstream.call(before + 6).fail(Reason.NO_RESPONSE);
        }
    }
}
