package io.github.claudecodeproxy.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.testkit.Case;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxySetup;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams as the upstream and the client see them. */
@Timeout(120)
public abstract class StreamContract extends ProxyContract {

    static final String HELLO = """
            {"model":"claude-sonnet-4-5","max_tokens":64,"stream":true,\
            "messages":[{"role":"user","content":"Hello"}]}""";

    /** A suite for the product that this starts. */
    protected StreamContract(ProxyTarget target) {
        super(target);
    }

    private static String text(ObjectNode message) {
        assertThat(message.path("content")).hasSize(1);
        return message.at("/content/0/text").asText();
    }

    @Test
    @Case("S30")
    void eventsComeOneByOne() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.text("one"))
                        .pause(second)
                        .sse(Chunks.text("two"))
                        .pause(end)
                        .sse(Chunks.finish("stop"), Chunks.usage(12, 3))
                        .done()
                        .end());
        try (TestClient client = connect()) {
            client.send("POST", "/v1/messages", JSON, HELLO);
            ResponseReader stream = client.response();
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.headers().first("content-type")).startsWith("text/event-stream");
            assertThat(stream.headers().first("cache-control")).isEqualTo("no-cache");
            assertThat(stream.headers().first("x-accel-buffering")).isEqualTo("no");
            assertThat(stream.headers().first("request-id")).startsWith("req_");
            String all = stream.readUntil("\"one\"");
            second.countDown();
            all += stream.readUntil("\"two\"");
            assertThat(all).doesNotContain("content_block_stop");
            end.countDown();
            all += stream.readToEnd();
            ObjectNode message = ClaudeGrammar.messageOf(all);
            assertThat(text(message)).isEqualTo("onetwo");
            assertThat(message.path("model").asText()).isEqualTo("claude-sonnet-4-5");
            assertThat(message.at("/usage/input_tokens").asInt()).isEqualTo(12);
            assertThat(message.at("/usage/output_tokens").asInt()).isEqualTo(3);
        }
    }

    @Test
    @Case("S26")
    void toolArgumentsAreNotHeldBack() throws Exception {
        CountDownLatch rest = new CountDownLatch(1);
        upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.call(0, "call_1", "write", ""), Chunks.arguments(0, "{\"content\":\"first "))
                        .pause(rest)
                        .sse(Chunks.arguments(0, "second\"}"), Chunks.finish("tool_calls"), Chunks.usage(1, 1))
                        .done()
                        .end());
        try (TestClient client = connect()) {
            client.send("POST", "/v1/messages", JSON, HELLO);
            ResponseReader stream = client.response();
            String all = stream.readUntil("first ");
            rest.countDown();
            ObjectNode message = ClaudeGrammar.messageOf(all + stream.readToEnd());
            assertThat(message.at("/content/0/input/content").asText()).isEqualTo("first second");
            assertThat(message.path("stop_reason").asText()).isEqualTo("tool_use");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400,400,invalid_request_error",
        "401,500,api_error",
        "404,404,not_found_error",
        "429,429,rate_limit_error",
        "500,500,api_error",
        "503,529,overloaded_error"
    })
    void failingUpstreamGivesItsStatus(int upstream, int status, String type) throws Exception {
        CountDownLatch head = new CountDownLatch(1);
        upstream()
                .reply(Reply.status(upstream)
                        .holdHead(head)
                        .header("content-type", "application/json")
                        .text(Chunks.error("the cause", "some_error"))
                        .end());
        try (TestClient client = connect()) {
            client.send("POST", "/v1/messages", JSON, HELLO);
            upstream().awaitRequest(0);
            head.countDown();
            ResponseReader reader = client.response();
            Response response = new Response(reader.status(), reader.headers(), reader.readToEnd());
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.headers().first("content-type")).isEqualTo("application/json");
            assertThat(response.json().at("/error/type").asText()).isEqualTo(type);
            assertThat(response.json().at("/error/message").asText()).contains("the cause");
        }
    }

    @Test
    void errorThatComesFirstGivesItsStatus() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        upstream()
                .reply(Reply.streaming()
                        .text(": waiting\n\n")
                        .sse("{\"error\":{\"message\":\"slow down\",\"code\":429}}")
                        .pause(never)
                        .end());
        Response response = post("/v1/messages", HELLO);
        assertThat(response.status()).isEqualTo(429);
        assertThat(response.json().at("/error/message").asText()).isEqualTo("slow down");
        upstream().awaitOpenConnections(0, Duration.ofSeconds(10));
    }

    @Test
    @Case({"E12", "E13"})
    void silentUpstreamIsCoveredByPings() throws Exception {
        restart(ProxySetup.defaults().withSpeed(50));
        CountDownLatch head = new CountDownLatch(1);
        CountDownLatch rest = new CountDownLatch(1);
        upstream()
                .reply(Reply.streaming()
                        .holdHead(head)
                        .sse(Chunks.role(), Chunks.text("one"))
                        .pause(rest)
                        .sse(Chunks.text("two"), Chunks.finish("stop"), Chunks.usage(12, 3))
                        .done()
                        .end());
        try (TestClient client = connect()) {
            client.send("POST", "/v1/messages", JSON, HELLO);
            ResponseReader stream = client.response();
            String all = stream.readUntil("event: message_start\n") + pings(stream);
            head.countDown();
            all += stream.readUntil("\"one\"") + pings(stream);
            rest.countDown();
            ObjectNode message = ClaudeGrammar.messageOf(all + stream.readToEnd());
            assertThat(text(message)).isEqualTo("onetwo");
            assertThat(message.at("/usage/input_tokens").asInt()).isEqualTo(12);
        }
    }

    private static String pings(ResponseReader stream) throws IOException {
        return stream.readUntil("event: ping\n") + stream.readUntil("event: ping\n");
    }

    @Test
    void failureAfterTheHeadersIsAnEvent() throws Exception {
        restart(ProxySetup.defaults().withSpeed(50));
        CountDownLatch head = new CountDownLatch(1);
        upstream()
                .reply(Reply.status(503)
                        .holdHead(head)
                        .text(Chunks.error("busy", "overloaded"))
                        .end());
        try (TestClient client = connect()) {
            client.send("POST", "/v1/messages", JSON, HELLO);
            ResponseReader stream = client.response();
            assertThat(stream.status()).isEqualTo(200);
            String all = stream.readUntil("event: message_start\n");
            head.countDown();
            assertFailed(all + stream.readToEnd(), "overloaded_error");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    @Case({"S28", "S29"})
    void anyLineEndInAnyPieces(String lineEnd) throws IOException {
        StringBuilder body = new StringBuilder(": a comment\n\n");
        for (String data : List.of(
                Chunks.role(),
                Chunks.reasoning("hm 世"),
                Chunks.text("Grüße, 世界 🌍"),
                Chunks.finish("stop"),
                Chunks.usage(12, 3),
                "[DONE]")) {
            body.append("data:").append(data).append("\n\n");
        }
        byte[] bytes = body.toString().replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
        upstream()
                .reply(Reply.sseFile(bytes))
                .reply(Reply.streaming().split(1).bytes(bytes).end())
                .reply(Reply.streaming().split(7).bytes(bytes).untilClose().end());
        for (int i = 0; i < 3; i++) {
            ObjectNode message =
                    ClaudeGrammar.messageOf(post("/v1/messages", HELLO).text());
            assertThat(message.at("/content/0/thinking").asText()).isEqualTo("hm 世");
            assertThat(message.at("/content/1/text").asText()).isEqualTo("Grüße, 世界 🌍");
        }
    }

    @Test
    void wholeAnswerToAStreamedRequestBecomesAStream() throws IOException {
        upstream().reply(Reply.json(200, Chunks.completion("Hello, you.")));
        Response response = post("/v1/messages", HELLO);
        assertThat(response.headers().first("content-type")).startsWith("text/event-stream");
        ObjectNode message = ClaudeGrammar.messageOf(response.text());
        assertThat(text(message)).isEqualTo("Hello, you.");
        assertThat(message.at("/usage/output_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void streamedAnswerToAWholeRequestBecomesAMessage() throws IOException {
        upstream().reply(Reply.sse(Chunks.answer("Hello, you.")));
        Response response = post("/v1/messages", HELLO.replace("\"stream\":true,", ""));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.json().at("/content/0/text").asText()).isEqualTo("Hello, you.");
    }

    @Test
    void streamMayEndWithoutDone() throws IOException {
        upstream()
                .reply(Reply.streaming().sse(Chunks.answer("Hello")).end())
                .reply(Reply.streaming()
                        .sse(Chunks.answer("Hello"))
                        .untilClose()
                        .end());
        for (int i = 0; i < 2; i++) {
            ObjectNode message =
                    ClaudeGrammar.messageOf(post("/v1/messages", HELLO).text());
            assertThat(text(message)).isEqualTo("Hello");
        }
    }

    @Test
    void upstreamThatHangsAfterTheFinishDoesNotHoldTheClient() throws Exception {
        restart(ProxySetup.defaults().withSpeed(50));
        upstream()
                .reply(Reply.streaming()
                        .sse(Chunks.role(), Chunks.text("Hello"), Chunks.finish("stop"))
                        .stall());
        ObjectNode message = ClaudeGrammar.messageOf(post("/v1/messages", HELLO).text());
        assertThat(text(message)).isEqualTo("Hello");
        upstream().awaitOpenConnections(0, Duration.ofSeconds(10));
    }

    @Test
    void connectionsAreReused() throws IOException {
        upstream().alwaysReply(request -> Reply.sse(Chunks.answer("Hello")));
        try (TestClient client = connect()) {
            for (int i = 0; i < 20; i++) {
                Response response = client.exchange("POST", "/v1/messages", JSON, HELLO);
                assertThat(text(ClaudeGrammar.messageOf(response.text()))).isEqualTo("Hello");
            }
        }
        // A client may be back with its next request before the last bytes of the upstream's answer were read.
        assertThat(upstream().connections().accepted()).isLessThanOrEqualTo(10);
    }

    @Test
    void manyStreamsAtOnceDoNotMix() throws Exception {
        int streams = 40;
        CountDownLatch allOpen = new CountDownLatch(streams);
        upstream().alwaysReply(request -> {
            String said = request.json().at("/messages/0/content").asText();
            return Reply.streaming()
                    .sse(Chunks.role(), Chunks.text(said))
                    .reached(allOpen)
                    .pause(allOpen)
                    .sse(Chunks.text(said), Chunks.finish("stop"), Chunks.usage(12, 3))
                    .done()
                    .end();
        });
        List<TestClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < streams; i++) {
                TestClient client = connect();
                clients.add(client);
                client.send("POST", "/v1/messages", JSON, HELLO.replace("Hello", "number " + i + "."));
            }
            for (int i = 0; i < streams; i++) {
                String all = clients.get(i).response().readToEnd();
                assertThat(text(ClaudeGrammar.messageOf(all))).isEqualTo(("number " + i + ".").repeat(2));
            }
        } finally {
            for (TestClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void clientThatDoesNotReadHoldsTheUpstreamBack() throws Exception {
        int parts = 300;
        String part = "0123456789abcdef".repeat(6400);
        CountDownLatch written = new CountDownLatch(1);
        ReplyBuilder reply = Reply.streaming().sse(Chunks.role());
        for (int i = 0; i < parts; i++) {
            reply.sse(Chunks.text(i + part));
        }
        upstream()
                .reply(reply.reached(written)
                        .sse(Chunks.finish("stop"), Chunks.usage(12, 3))
                        .done()
                        .end());
        try (TestClient client = connect()) {
            client.send("POST", "/v1/messages", JSON, HELLO);
            ResponseReader stream = client.response();
            // 30 MB would be through in a fraction of this, were they taken
            assertThat(written.await(2, TimeUnit.SECONDS)).isFalse();
            String all = stream.readToEnd();
            assertThat(written.getCount()).isZero();
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < parts; i++) {
                expected.append(i).append(part);
            }
            assertThat(text(ClaudeGrammar.messageOf(all)).contentEquals(expected))
                    .isTrue();
        }
    }

    static void assertFailed(String stream, String type) {
        assertThat(ClaudeGrammar.check(stream)).isEmpty();
        assertThat(stream).contains("event: error\n").doesNotContain("message_stop");
        assertThat(stream.substring(stream.lastIndexOf("event: ")))
                .contains("event: error", "\"type\":\"" + type + "\"");
    }
}
