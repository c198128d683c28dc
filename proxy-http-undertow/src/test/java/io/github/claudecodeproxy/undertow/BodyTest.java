package io.github.claudecodeproxy.undertow;

import static io.github.claudecodeproxy.undertow.Handlers.LIMIT;
import static io.github.claudecodeproxy.undertow.Handlers.answer;
import static io.github.claudecodeproxy.undertow.Handlers.serve;
import static io.github.claudecodeproxy.undertow.Handlers.withBody;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.http.Exchange;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BodyTest {

    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static final byte[] LARGE = random(LIMIT);

    private static void digest(Exchange exchange) {
        withBody(exchange, LIMIT, bytes -> answer(exchange, 200, bytes.length + " " + Arrays.hashCode(bytes)));
    }

    private static void echo(Exchange exchange) {
        withBody(exchange, 1000, bytes -> answer(exchange, 200, new String(bytes, ISO_8859_1)));
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static String announced(long length) {
        return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static void sendChunked(RawClient client, byte[] bytes, int size) throws IOException {
        client.send(CHUNKED);
        for (int at = 0; at < bytes.length; at += size) {
            byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size));
            client.send(Integer.toHexString(part.length) + "\r\n").send(part).send("\r\n");
        }
        client.send("0\r\n\r\n");
    }

    @Test
    void bodyComesBackByteByByte() throws Exception {
        try (UndertowProxy proxy = serve(BodyTest::echo);
                RawClient client = new RawClient(proxy)) {
            for (byte one : (announced(11) + "hello world").getBytes(ISO_8859_1)) {
                client.send(new byte[] {one});
            }
            assertThat(client.answer().body()).isEqualTo("hello world");
            assertThat(client.post("").answer().body()).isEmpty();
            for (byte one : (CHUNKED + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n").getBytes(ISO_8859_1)) {
                client.send(new byte[] {one});
            }
            assertThat(client.answer().body()).isEqualTo("hello world");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void bodyOfExactlyTheLimitIsServed() throws Exception {
        try (UndertowProxy proxy = serve(BodyTest::digest);
                RawClient client = new RawClient(proxy)) {
            String expected = LIMIT + " " + Arrays.hashCode(LARGE);
            assertThat(client.send(announced(LIMIT)).send(LARGE).answer().body())
                    .isEqualTo(expected);
            sendChunked(client, LARGE, 100_000);
            assertThat(client.answer().body()).isEqualTo(expected);
        }
    }

    @Test
    void tooLargeByLengthIsToldWithoutReading() throws Exception {
        try (UndertowProxy proxy = serve(BodyTest::digest);
                RawClient client = new RawClient(proxy)) {
            RawClient.Answer answer = client.send(announced(LIMIT + 1L)).answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.headers()).containsEntry("connection", "close");
        }
    }

    @Test
    void clientThatStillSendsTooMuchGetsItsAnswer() throws Exception {
        try (UndertowProxy proxy = serve(BodyTest::digest);
                RawClient client = new RawClient(proxy)) {
            client.send(announced(LIMIT + 1L)).send(LARGE).send("x");
            assertThat(client.answer().status()).isEqualTo(413);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void tooLargeInChunksIsToldWhenTheLimitIsPassed() throws Exception {
        try (UndertowProxy proxy = serve(BodyTest::echo);
                RawClient client = new RawClient(proxy)) {
            client.send(CHUNKED + "3e8\r\n" + "a".repeat(1000) + "\r\n1\r\nb");
            assertThat(client.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void consentIsGivenToAFittingBodyOnly() throws Exception {
        String expect = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ";
        try (UndertowProxy proxy = serve(BodyTest::echo)) {
            try (RawClient client = new RawClient(proxy)) {
                client.send(expect + "5\r\n\r\n");
                assertThat(client.head().status()).isEqualTo(100);
                assertThat(client.send("hello").answer().body()).isEqualTo("hello");
                assertThat(client.post("again").answer().body()).isEqualTo("again");
            }
            try (RawClient client = new RawClient(proxy)) {
                assertThat(client.send(expect + "5000\r\n\r\n").answer().status())
                        .isEqualTo(413);
            }
        }
    }

    @Test
    void halfABodyAndThenSilenceFails() throws Exception {
        try (UndertowProxy proxy = serve(Limits.DEFAULT.withBody(Duration.ofMillis(200)), BodyTest::echo);
                RawClient client = new RawClient(proxy)) {
            RawClient.Answer answer = client.send(announced(100) + "half").answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.headers()).containsEntry("connection", "close");
        }
    }

    @Test
    void chunkExtensionWithoutEndFails() throws Exception {
        try (UndertowProxy proxy = serve(Limits.DEFAULT.withBody(Duration.ofMillis(200)), BodyTest::echo);
                RawClient client = new RawClient(proxy)) {
            client.send(CHUNKED + "5;" + "a".repeat(20_000));
            assertThat(client.answer().status()).isEqualTo(408);
        }
    }

    @Test
    void answerWithoutReadingTheBodyArrivesAtOnce() throws Exception {
        try (UndertowProxy proxy = serve(exchange -> answer(exchange, 401, "no"));
                RawClient client = new RawClient(proxy)) {
            RawClient.Answer answer = client.send(announced(100) + "half").answer();
            assertThat(answer.status()).isEqualTo(401);
            client.send("x".repeat(96));
            assertThat(client.rest()).isEmpty();
        }
    }
}
