package io.github.claudecodeproxy.undertow;

import static io.github.claudecodeproxy.undertow.ProxyStreamTest.HELLO;
import static io.github.claudecodeproxy.undertow.ProxyStreamTest.assertFailed;
import static io.github.claudecodeproxy.undertow.RunningProxy.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Case;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that break off or fall silent, and clients that leave, at the whole product and over sockets. */
@Timeout(120)
class ProxyFailureTest {

    private static final String WHOLE = HELLO.replace("\"stream\":true,", "");

    private RunningProxy proxy = RunningProxy.start();

    @AfterEach
    void stop() {
        proxy.close();
    }

    private void restart(RunningProxy other) {
        proxy.close();
        proxy = other;
    }

    private void shortSilence() {
        restart(RunningProxy.start(settings -> settings.requestTimeout(Duration.ofMillis(300))));
    }

    /** How an upstream may stop in the middle. */
    enum Break {
        END,
        FIN,
        RST
    }

    /** How a client may leave. */
    enum Leave {
        FIN,
        RST
    }

    private static Reply ended(ReplyBuilder reply, Break how) {
        return switch (how) {
            case END -> reply.end();
            case FIN -> reply.close();
            case RST -> reply.cut();
        };
    }

    @ParameterizedTest
    @EnumSource
    void cutTextIsNeverAWholeAnswer(Break how) throws IOException {
        CountDownLatch seen = new CountDownLatch(1);
        proxy.upstream()
                .reply(ended(
                        Reply.streaming()
                                .sse(Chunks.role(), Chunks.text("Half an"))
                                .pause(seen),
                        how));
        assertFailed(readAfter("Half an", seen), "api_error");
    }

    @ParameterizedTest
    @EnumSource
    void cutToolCallIsNeverAWholeCall(Break how) throws IOException {
        CountDownLatch seen = new CountDownLatch(1);
        proxy.upstream()
                .reply(ended(
                        Reply.streaming()
                                .sse(
                                        Chunks.call(0, "call_1", "write", ""),
                                        Chunks.arguments(0, "{\"path\":\"a\",\"content\":\"Half an"))
                                .pause(seen),
                        how));
        String stream = readAfter("Half an", seen);
        assertFailed(stream, "api_error");
        assertThat(stream).doesNotContain("content_block_stop");
    }

    @ParameterizedTest
    @EnumSource
    void cutBeforeTheFirstEventGivesAStatus(Break how) throws IOException {
        proxy.upstream().reply(ended(Reply.streaming().text(": hello\n\n"), how));
        Response response = proxy.post("/v1/messages", HELLO);
        assertThat(response.status()).isEqualTo(500);
        assertThat(response.json().at("/error/type").asText()).isEqualTo("api_error");
    }

    @Test
    void connectionThatIsCutBeforeTheHeadGivesAStatus() throws IOException {
        proxy.upstream().alwaysReply(request -> Reply.cutBeforeHeaders());
        assertThat(proxy.post("/v1/messages", HELLO).status()).isEqualTo(500);
        assertThat(proxy.post("/v1/messages", WHOLE).status()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>sorry</html>", "", "{}", "null", "[]", "{\"choices\":[]}"})
    void answerThatIsNoneIsAnError(String body) throws IOException {
        proxy.upstream().alwaysReply(request -> Reply.json(200, body));
        for (String request : new String[] {HELLO, WHOLE}) {
            Response response = proxy.post("/v1/messages", request);
            assertThat(response.status()).as(response.text()).isEqualTo(500);
            assertThat(response.json().at("/error/type").asText()).isEqualTo("api_error");
        }
    }

    @Test
    void silenceInTheMiddleEndsWithAnError() throws Exception {
        shortSilence();
        proxy.upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.text("Half an"))
                        .stall());
        assertFailed(proxy.post("/v1/messages", HELLO).text(), "timeout_error");
        assertUpstreamIsLetGo();
    }

    @Test
    void silenceBeforeTheFirstEventGivesAStatus() throws Exception {
        shortSilence();
        proxy.upstream().reply(Reply.streaming().text("").stall()).reply(Reply.stallBeforeHeaders());
        for (int i = 0; i < 2; i++) {
            Response response = proxy.post("/v1/messages", HELLO);
            assertThat(response.status()).isEqualTo(504);
            assertThat(response.json().at("/error/type").asText()).isEqualTo("timeout_error");
            assertThat(response.headers().first("x-should-retry")).isEqualTo("true");
        }
        proxy.upstream().awaitOpenConnections(0, Duration.ofSeconds(10));
    }

    @Test
    void wholeAnswerThatTakesTooLongIsGivenUp() throws Exception {
        restart(RunningProxy.start(
                settings -> settings.timeouts(settings.build().timeouts().withTotal(Duration.ofMillis(300)))));
        proxy.upstream()
                .reply(Reply.status(200)
                        .header("content-type", "application/json")
                        .text("{\"id\":")
                        .stall());
        Response response = proxy.post("/v1/messages", WHOLE);
        assertThat(response.status()).isEqualTo(504);
        assertUpstreamIsLetGo();
    }

    @ParameterizedTest
    @EnumSource
    @Case("E14")
    void clientThatLeavesInTheMiddleEndsTheUpstreamCall(Leave how) throws Exception {
        proxy.upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.text("Half an"))
                        .stall());
        try (TestClient client = proxy.connect()) {
            client.send("POST", "/v1/messages", JSON, HELLO);
            client.response().readUntil("Half an");
            leave(client, how);
            assertUpstreamIsLetGo();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Case("E14")
    void clientThatLeavesBeforeTheFirstByteEndsTheUpstreamCall(Leave how) throws Exception {
        for (String request : new String[] {HELLO, WHOLE}) {
            proxy.upstream().reply(Reply.stallBeforeHeaders());
            int index = proxy.upstream().requests().size();
            try (TestClient client = proxy.connect()) {
                client.send("POST", "/v1/messages", JSON, request);
                proxy.upstream().awaitRequest(index);
                leave(client, how);
                assertUpstreamIsLetGo();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientThatLeavesBetweenHeadAndEventEndsTheUpstreamCall(Leave how) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        proxy.upstream()
                .reply(Reply.streaming().text(": wait\n\n").reached(sent).stall());
        try (TestClient client = proxy.connect()) {
            client.send("POST", "/v1/messages", JSON, HELLO);
            assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
            leave(client, how);
            assertUpstreamIsLetGo();
        }
    }

    @Test
    void clientThatLeavesWhileItIsBehindEndsTheUpstreamCall() throws Exception {
        ReplyBuilder endless = Reply.streaming();
        String part = "0123456789abcdef".repeat(6400);
        for (int i = 0; i < 300; i++) {
            endless.sse(Chunks.text(part));
        }
        proxy.upstream().reply(endless.stall());
        try (TestClient client = proxy.connect()) {
            client.send("POST", "/v1/messages", JSON, HELLO);
            client.response().readUntil("0123");
            client.reset();
            assertUpstreamIsLetGo();
        }
    }

    @Test
    void serverServesOnAfterFailures() throws IOException {
        proxy.upstream()
                .reply(Reply.cutBeforeHeaders())
                .reply(Reply.raw("no HTTP at all\r\n\r\n"))
                .reply(Reply.json(200, Chunks.completion("Hello")));
        try (TestClient client = proxy.connect()) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.exchange("POST", "/v1/messages", JSON, HELLO).status())
                        .isEqualTo(500);
            }
            assertThat(client.exchange("POST", "/v1/messages", JSON, WHOLE).status())
                    .isEqualTo(200);
        }
    }

    private String readAfter(String wanted, CountDownLatch seen) throws IOException {
        try (TestClient client = proxy.connect()) {
            client.send("POST", "/v1/messages", JSON, HELLO);
            ResponseReader stream = client.response();
            String before = stream.readUntil(wanted);
            seen.countDown();
            return before + stream.readToEnd();
        }
    }

    private static void leave(TestClient client, Leave how) throws IOException {
        if (how == Leave.FIN) {
            client.close();
        } else {
            client.reset();
        }
    }

    /** The upstream sees its last connection closed. */
    private void assertUpstreamIsLetGo() throws Exception {
        int last = proxy.upstream().requests().size() - 1;
        proxy.upstream().awaitRequest(last).connectionClosed().get(10, TimeUnit.SECONDS);
    }
}
