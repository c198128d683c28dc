package io.github.claudecodeproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ScriptedUpstreamTest {

    private static final HeaderList NONE = HeaderList.of();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();

    @AfterEach
    void close() {
        upstream.close();
    }

    private TestClient client() throws IOException {
        return TestClient.connect(upstream.baseUrl());
    }

    private ResponseReader ask(TestClient client) throws IOException {
        client.send("POST", "/v1/chat/completions", NONE, "{}");
        return client.response();
    }

    @Test
    void recordsRequestsAndAnswersInOrderOnOneConnection() throws Exception {
        upstream.reply(Reply.json(200, "{\"n\":1}")).reply(Reply.sse("{\"n\":2}"));
        try (TestClient client = client()) {
            Response first = client.exchange("POST", "/v1/a?b=c%20d", HeaderList.of("X-Key", "k"), "{\"ü\":1}");
            Response second = client.exchange("GET", "/v1/models", NONE, "");

            assertThat(first.json().path("n").asInt()).isEqualTo(1);
            assertThat(first.headers().first("Content-Type")).isEqualTo("application/json");
            assertThat(second.text()).isEqualTo("data: {\"n\":2}\n\ndata: [DONE]\n\n");
        }
        Request request = upstream.requests().get(0);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/v1/a?b=c%20d");
        assertThat(request.path()).isEqualTo("/v1/a");
        assertThat(request.header("x-key")).isEqualTo("k");
        assertThat(request.json().path("ü").asInt()).isEqualTo(1);
        assertThat(upstream.requests()).extracting(Request::connection).containsExactly(1, 1);
        upstream.awaitOpenConnections(0, LIMIT);
        assertThat(upstream.connections()).isEqualTo(new Connections(1, 0));
    }

    @Test
    void servesAnOrdinaryHttpClient() throws Exception {
        upstream.alwaysReply(request -> Reply.json(200, request.text()));
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(upstream.baseUrl())
                .POST(HttpRequest.BodyPublishers.ofString("[1]"))
                .build();

        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
                .isEqualTo("[1]");
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
                .isEqualTo("[1]");
        assertThat(upstream.connections().accepted()).isEqualTo(1);
        assertThat(upstream.failures()).isEmpty();
    }

    @Test
    void readsChunkedRequests() throws Exception {
        upstream.reply(Reply.json(200, "{}"));
        try (TestClient client = client()) {
            client.sendRaw(
                    "POST /v1/x HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(200);
        }
        assertThat(upstream.requests().get(0).text()).isEqualTo("abcd");
    }

    @Test
    void pausesWhereTheScriptSaysSo() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        upstream.reply(Reply.streaming()
                .sse("1")
                .reached(reached)
                .pause(latch)
                .sse("2")
                .end());
        try (TestClient client = client()) {
            ResponseReader reader = ask(client);
            assertThat(reader.readUntil("1\n\n")).isEqualTo("data: 1\n\n");
            assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(reader.received()).doesNotContain("2");
            latch.countDown();
            assertThat(reader.readToEnd()).isEqualTo("data: 2\n\n");
        }
    }

    @Test
    void holdsTheHead() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        upstream.reply(Reply.streaming()
                .holdHead(latch)
                .holdHead(Duration.ofMillis(1))
                .done()
                .end());
        try (TestClient client = client()) {
            client.send("GET", "/", NONE, "");
            upstream.awaitRequest(0);
            latch.countDown();
            assertThat(client.response().readToEnd()).isEqualTo("data: [DONE]\n\n");
        }
    }

    @Test
    void splitsTheBodyIntoChunksOfItsOwn() throws Exception {
        upstream.reply(Reply.streaming().split(2).text("abc").end());
        try (TestClient client = client()) {
            client.sendRaw("GET / HTTP/1.1\r\nconnection: close\r\n\r\n");
            assertThat(client.readRawToEnd()).endsWith("\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
        }
    }

    @Test
    void cutsInMidBody() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        upstream.reply(Reply.streaming().sse("1").pause(seen).cut());
        try (TestClient client = client()) {
            ResponseReader reader = ask(client);
            reader.readUntil("1\n\n");
            seen.countDown();
            assertThatThrownBy(reader::readToEnd).isInstanceOf(SocketException.class);
        }
        assertThat(upstream.requests().get(0).connectionClosed())
                .failsWithin(LIMIT)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IOException.class);
    }

    @Test
    void closesInMidBody() throws Exception {
        upstream.reply(Reply.streaming().sse("1").close());
        try (TestClient client = client()) {
            ResponseReader reader = ask(client);
            reader.readUntil("1\n\n");
            assertThatThrownBy(reader::readToEnd).isInstanceOf(EOFException.class);
        }
        assertThat(upstream.requests().get(0).connectionClosed()).succeedsWithin(LIMIT);
    }

    @Test
    void endsShortOfADeclaredLength() throws Exception {
        upstream.reply(Reply.status(200).contentLength(10).text("abc").close());
        try (TestClient client = client()) {
            ResponseReader reader = ask(client);
            assertThat(reader.endsCleanly()).isFalse();
            assertThat(reader.received()).isEqualTo("abc");
        }
    }

    @Test
    void framesByTheEndOfTheConnection() throws Exception {
        upstream.reply(Reply.status(200).untilClose().text("abc").end());
        try (TestClient client = client()) {
            assertThat(ask(client).readToEnd()).isEqualTo("abc");
            client.awaitClosed();
        }
    }

    @Test
    void noticesThatThePeerLeftDuringAStall() throws Exception {
        upstream.reply(Reply.streaming().sse("1").stall());
        Request request;
        try (TestClient client = client()) {
            ask(client).readUntil("1\n\n");
            request = upstream.awaitRequest(0);
            assertThat(request.connectionClosed()).isNotDone();
            assertThat(upstream.connections().open()).isEqualTo(1);
        }
        assertThat(request.connectionClosed()).succeedsWithin(LIMIT);
        upstream.awaitOpenConnections(0, LIMIT);
    }

    @Test
    void noticesAResetBeforeTheHead() throws Exception {
        upstream.reply(Reply.stallBeforeHeaders());
        try (TestClient client = client()) {
            client.send("GET", "/", NONE, "");
            Request request = upstream.awaitRequest(seen -> seen.path().equals("/"), LIMIT);
            client.reset();
            assertThat(request.connectionClosed()).succeedsWithin(LIMIT);
        }
    }

    @Test
    void noticesThatThePeerLeftAnIdleConnection() throws Exception {
        upstream.reply(Reply.json(200, "{}"));
        try (TestClient client = client()) {
            client.exchange("GET", "/", NONE, "");
            assertThat(upstream.requests().get(0).connectionClosed()).isNotDone();
        }
        assertThat(upstream.requests().get(0).connectionClosed()).succeedsWithin(LIMIT);
    }

    @Test
    void closingItResetsAStall() throws Exception {
        upstream.reply(Reply.streaming().sse("1").stall());
        try (TestClient client = client()) {
            ResponseReader reader = ask(client);
            reader.readUntil("1\n\n");
            upstream.close();
            assertThat(reader.endsCleanly()).isFalse();
            assertThatThrownBy(this::client).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aRequestAfterItsEndIsResetAndNotRecorded() throws Exception {
        // Without a length the client knows the end of the answer only by the end of the connection.
        upstream.reply(Reply.status(200).untilClose().text("x").close());
        try (TestClient client = client()) {
            assertThat(ask(client).readToEnd()).isEqualTo("x");
            client.send("GET", "/again", NONE, "");
            client.awaitClosed();
        }
        upstream.awaitOpenConnections(0, LIMIT);
        assertThat(upstream.requests()).hasSize(1);
    }

    @Test
    void saysAnythingInsteadOfHttp() throws Exception {
        upstream.reply(Reply.raw("SSH-2.0-no\r\n"))
                .reply(Reply.closeBeforeHeaders())
                .reply(Reply.cutBeforeHeaders());
        for (int i = 0; i < 3; i++) {
            try (TestClient client = client()) {
                client.send("GET", "/", NONE, "");
                assertThatThrownBy(client::response).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void repliesFromAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("a.sse"), "data: 1\r\n\r\n");
        upstream.reply(Reply.sseFile(file));
        try (TestClient client = client()) {
            assertThat(ask(client).readToEnd()).isEqualTo("data: 1\r\n\r\n");
        }
    }

    @Test
    void tellsWhatWentWrongOnItsSide() throws Exception {
        upstream.alwaysReply(request -> {
            throw new IllegalStateException("planted");
        });
        assertThat(TestClient.call(upstream.baseUrl(), "GET", "/", NONE, "").status())
                .isEqualTo(500);
        try (TestClient client = client()) {
            client.sendRaw("nonsense\r\n");
            client.awaitClosed();
        }
        assertThat(upstream.failures()).hasSize(2);
        assertThat(upstream.failures().get(0)).contains("planted");
        assertThat(upstream.failures().get(1)).contains("nonsense");
    }

    @Test
    void aRequestNobodyScriptedIsAnErrorThatSaysSo() throws Exception {
        Response response = TestClient.call(upstream.baseUrl(), "GET", "/", NONE, "");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text()).contains("no reply was scripted");
    }

    @Test
    void awaitingInVainSaysWhatCame() {
        assertThatThrownBy(() -> upstream.awaitRequest(0, Duration.ofMillis(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("request 0 never came");
    }
}
