package io.github.claudecodeproxy.testkit.contract;

import static io.github.claudecodeproxy.testkit.contract.StreamContract.HELLO;
import static io.github.claudecodeproxy.testkit.contract.StreamContract.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Case;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxySetup;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client learns of an upstream that fails, and an upstream of a client that leaves. */
@Timeout(120)
public abstract class FailureContract extends ProxyContract {

    private static final String WHOLE = HELLO.replace("\"stream\":true,", "");

    /** A suite for the product that this starts. */
    protected FailureContract(ProxyTarget target) {
        super(target);
    }

    private void shortSilence() throws Exception {
        restart(ProxySetup.defaults().with("REQUEST_TIMEOUT", "3").withSpeed(10));
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
        upstream()
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
        upstream()
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
        upstream().reply(ended(Reply.streaming().text(": hello\n\n"), how));
        Response response = post("/v1/messages", HELLO);
        assertThat(response.status()).isEqualTo(500);
        assertThat(response.json().at("/error/type").asText()).isEqualTo("api_error");
    }

    @Test
    void connectionThatIsCutBeforeTheHeadGivesAStatus() throws IOException {
        upstream().alwaysReply(request -> Reply.cutBeforeHeaders());
        assertThat(post("/v1/messages", HELLO).status()).isEqualTo(500);
        assertThat(post("/v1/messages", WHOLE).status()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>sorry</html>", "", "{}", "null", "[]", "{\"choices\":[]}"})
    void answerThatIsNoneIsAnError(String body) throws IOException {
        upstream().alwaysReply(request -> Reply.json(200, body));
        for (String request : List.of(HELLO, WHOLE)) {
            Response response = post("/v1/messages", request);
            assertThat(response.status()).as(response.text()).isEqualTo(500);
            assertThat(response.json().at("/error/type").asText()).isEqualTo("api_error");
        }
    }

    @Test
    void silenceInTheMiddleEndsWithAnError() throws Exception {
        shortSilence();
        upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.text("Half an"))
                        .stall());
        assertFailed(post("/v1/messages", HELLO).text(), "timeout_error");
        assertUpstreamIsLetGo();
    }

    @Test
    void silenceBeforeTheFirstEventGivesAStatus() throws Exception {
        shortSilence();
        upstream().reply(Reply.streaming().text("").stall()).reply(Reply.stallBeforeHeaders());
        for (int i = 0; i < 2; i++) {
            Response response = post("/v1/messages", HELLO);
            assertThat(response.status()).isEqualTo(504);
            assertThat(response.json().at("/error/type").asText()).isEqualTo("timeout_error");
            assertThat(response.headers().first("x-should-retry")).isEqualTo("true");
        }
        upstream().awaitOpenConnections(0, Duration.ofSeconds(10));
    }

    @Test
    void wholeAnswerThatTakesTooLongIsGivenUp() throws Exception {
        restart(ProxySetup.defaults().withSpeed(1000));
        upstream()
                .reply(Reply.status(200)
                        .header("content-type", "application/json")
                        .text("{\"id\":")
                        .stall());
        Response response = post("/v1/messages", WHOLE);
        assertThat(response.status()).isEqualTo(504);
        assertUpstreamIsLetGo();
    }

    @ParameterizedTest
    @EnumSource
    @Case("E14")
    void clientThatLeavesInTheMiddleEndsTheUpstreamCall(Leave how) throws Exception {
        notice();
        upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.text("Half an"))
                        .stall());
        try (TestClient client = connect()) {
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
        notice();
        for (String request : watchesClients() ? List.of(HELLO, WHOLE) : List.of(HELLO)) {
            upstream().reply(Reply.stallBeforeHeaders());
            int index = upstream().requests().size();
            try (TestClient client = connect()) {
                client.send("POST", "/v1/messages", JSON, request);
                upstream().awaitRequest(index);
                leave(client, how);
                assertUpstreamIsLetGo();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientThatLeavesBetweenHeadAndEventEndsTheUpstreamCall(Leave how) throws Exception {
        notice();
        CountDownLatch sent = new CountDownLatch(1);
        upstream().reply(Reply.streaming().text(": wait\n\n").reached(sent).stall());
        try (TestClient client = connect()) {
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
        upstream().reply(endless.stall());
        try (TestClient client = connect()) {
            client.send("POST", "/v1/messages", JSON, HELLO);
            client.response().readUntil("0123");
            client.reset();
            assertUpstreamIsLetGo();
        }
    }

    @Test
    void serverServesOnAfterFailures() throws IOException {
        upstream()
                .reply(Reply.cutBeforeHeaders())
                .reply(Reply.raw("no HTTP at all\r\n\r\n"))
                .reply(Reply.json(200, Chunks.completion("Hello")));
        for (int i = 0; i < 2; i++) {
            assertThat(post("/v1/messages", HELLO).status()).isEqualTo(500);
        }
        assertThat(post("/v1/messages", WHOLE).status()).isEqualTo(200);
    }

    private String readAfter(String wanted, CountDownLatch seen) throws IOException {
        try (TestClient client = connect()) {
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

    /** What is noticed only by writing is noticed at the pings of a stream, which then come ten times as often. */
    private void notice() throws Exception {
        if (!watchesClients()) {
            restart(ProxySetup.defaults().withSpeed(10));
        }
    }

    /** The upstream sees its last connection closed. */
    private void assertUpstreamIsLetGo() throws Exception {
        int last = upstream().requests().size() - 1;
        upstream().awaitRequest(last).connectionClosed().get(20, TimeUnit.SECONDS);
    }
}
