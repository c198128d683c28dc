package io.github.claudecodeproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TestClientTest {

    private static final HeaderList NONE = HeaderList.of();

    private final ScriptedUpstream server = ScriptedUpstream.start();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void addsWhatFramesARequest() throws Exception {
        server.alwaysReply(request -> Reply.json(200, "{}"));

        TestClient.call(server.baseUrl(), "POST", "/", HeaderList.of("a", "1", "A", "2"), "ä");

        HeaderList headers = server.requests().get(0).headers();
        assertThat(headers.all("a")).containsExactly("1", "2");
        assertThat(headers.first("host")).isEqualTo("localhost");
        assertThat(headers.first("content-length")).isEqualTo("2");
    }

    @Test
    void sendsByteByByte() throws Exception {
        server.reply(Reply.json(200, "{}"));
        byte[] request = TestClient.encode("POST", "/x", NONE, "body".getBytes(StandardCharsets.UTF_8));
        try (TestClient client = TestClient.connect(server.port())) {
            client.sendSplit(request, 1);
            assertThat(client.response().status()).isEqualTo(200);
        }
        assertThat(server.requests().get(0).text()).isEqualTo("body");
    }

    @Test
    void canHalfCloseAndStillRead() throws Exception {
        server.reply(Reply.json(200, "{}"));
        try (TestClient client = TestClient.connect(server.port())) {
            client.send("GET", "/", NONE, "");
            client.halfClose();
            assertThat(client.response().readToEnd()).isEqualTo("{}");
        }
    }

    @Test
    void leavesInMidRequest() throws Exception {
        try (TestClient client = TestClient.connect(server.port())) {
            client.sendRaw("POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\nabc");
            client.reset();
        }
        server.awaitOpenConnections(0, Duration.ofSeconds(20));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void skipsInterimAnswersAndKnowsBodylessOnes() throws Exception {
        server.reply(Reply.headless()
                .text("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n")
                .stall());
        server.reply(Reply.raw("HTTP/1.1 204 No Content\r\n\r\nrest"));
        Response head = TestClient.call(server.baseUrl(), "HEAD", "/", NONE, "");
        Response noContent = TestClient.call(server.baseUrl(), "GET", "/", NONE, "");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.text()).isEmpty();
        assertThat(noContent.text()).isEmpty();
    }

    @Test
    void readsOnWhereItStopped() throws Exception {
        server.reply(Reply.streaming().split(1).text("one|tü|three|").end());
        try (TestClient client = TestClient.connect(server.port())) {
            client.send("GET", "/", NONE, "");
            ResponseReader reader = client.response();

            assertThat(reader.readUntil("|")).isEqualTo("one|");
            assertThat(reader.readUntil("ü|")).isEqualTo("tü|");
            assertThat(reader.readUntil("|")).isEqualTo("three|");
            assertThatThrownBy(() -> reader.readUntil("|"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("three|");
            assertThat(reader.endsCleanly()).isTrue();
            assertThat(reader.received()).isEqualTo("one|tü|three|");
        }
    }

    @Test
    void aPassedDeadlineShowsWhatCameAndLosesNothing() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        server.reply(Reply.headless()
                .text("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0")
                .pause(latch)
                .text("3\r\ndef\r\n0\r\n\r\n")
                .stall());
        try (TestClient client = TestClient.connect(server.port())) {
            client.send("GET", "/", NONE, "");
            ResponseReader reader = client.response();
            assertThatThrownBy(() -> reader.readUntil("def", Duration.ofMillis(50)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("abc");
            latch.countDown();
            assertThat(reader.readToEnd()).isEqualTo("abcdef");
        }
    }

    @Test
    void anEarlyEndIsNoEnd() throws Exception {
        server.reply(Reply.raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc"));
        try (TestClient client = TestClient.connect(server.port())) {
            client.send("GET", "/", NONE, "");
            ResponseReader reader = client.response();
            assertThatThrownBy(reader::readToEnd).isInstanceOf(EOFException.class);
        }
    }
}
