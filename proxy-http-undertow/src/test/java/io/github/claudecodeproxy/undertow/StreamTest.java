package io.github.claudecodeproxy.undertow;

import static io.github.claudecodeproxy.undertow.Handlers.answer;
import static io.github.claudecodeproxy.undertow.Handlers.await;
import static io.github.claudecodeproxy.undertow.Handlers.bytes;
import static io.github.claudecodeproxy.undertow.Handlers.serve;
import static io.github.claudecodeproxy.undertow.Handlers.withBody;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.http.ResponseChannel;
import java.io.EOFException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamTest {

    private static final Map<String, String> EVENTS = Map.of("content-type", "text/event-stream");

    private final LinkedBlockingQueue<ResponseChannel> opened = new LinkedBlockingQueue<>();

    private void open(Exchange exchange) {
        withBody(exchange, 100, body -> opened.add(exchange.open(200, EVENTS, () -> {})));
    }

    private ResponseChannel next() throws InterruptedException {
        ResponseChannel channel = opened.poll(5, TimeUnit.SECONDS);
        assertThat(channel).isNotNull();
        return channel;
    }

    @Test
    void eachWriteArrivesBeforeTheNextIsMade() throws Exception {
        try (UndertowProxy proxy = serve(this::open);
                RawClient client = new RawClient(proxy)) {
            client.post("a");
            ResponseChannel channel = next();
            assertThat(channel.write(bytes("first"))).isTrue();
            RawClient.Head head = client.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers())
                    .containsEntry("content-type", "text/event-stream")
                    .containsEntry("transfer-encoding", "chunked")
                    .doesNotContainKey("content-length");
            assertThat(client.chunk()).isEqualTo("first");
            assertThat(channel.write(bytes(""))).isTrue();
            assertThat(channel.write(bytes("second"))).isTrue();
            assertThat(client.chunk()).isEqualTo("second");
            channel.end();
            assertThat(client.chunk()).isEmpty();
        }
    }

    @Test
    void connectionIsReusedAfterAStream() throws Exception {
        try (UndertowProxy proxy = serve(this::open);
                RawClient client = new RawClient(proxy)) {
            for (int i = 0; i < 100; i++) {
                client.post("a");
                ResponseChannel channel = next();
                channel.write(bytes("x"));
                channel.write(bytes("" + i));
                channel.end();
                assertThat(client.answer().body()).isEqualTo("x" + i);
            }
        }
    }

    @Test
    void streamWithoutAWriteEnds() throws Exception {
        try (UndertowProxy proxy = serve(this::open);
                RawClient client = new RawClient(proxy)) {
            client.post("a");
            next().end();
            assertThat(client.answer().body()).isEmpty();
            client.post("a");
            next().end();
            assertThat(client.answer().body()).isEmpty();
        }
    }

    @Test
    void clientThatDoesNotReadHoldsTheWriterBack() throws Exception {
        int parts = 2000;
        String part = "0123456789abcdef".repeat(1024);
        Semaphore writable = new Semaphore(0);
        CountDownLatch full = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (UndertowProxy proxy = serve(exchange -> {
                    ResponseChannel channel = exchange.open(200, EVENTS, writable::release);
                    for (int i = 0; i < parts; i++) {
                        if (!channel.write(bytes(i + part))) {
                            full.countDown();
                            writable.acquireUninterruptibly();
                        }
                    }
                    channel.end();
                    ended.countDown();
                });
                RawClient client = new RawClient(proxy, 8192)) {
            client.get("/");
            await(full, "a full channel");
            assertThat(ended.getCount()).isEqualTo(1);
            client.head();
            StringBuilder got = new StringBuilder();
            for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                got.append(chunk);
            }
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < parts; i++) {
                expected.append(i).append(part);
            }
            assertThat(got.compareTo(expected)).isZero();
            assertThat(client.get("/").head().status()).isEqualTo(200);
        }
    }

    @Test
    void whatIsHeldIsSentBeforeTheEnd() throws Exception {
        byte[] large = new byte[20 * 1024 * 1024];
        Arrays.fill(large, (byte) 'a');
        CountDownLatch ended = new CountDownLatch(1);
        try (UndertowProxy proxy = serve(exchange -> {
                    ResponseChannel channel = exchange.open(200, EVENTS, () -> {});
                    ByteBuffer bytes = ByteBuffer.wrap(large.clone());
                    assertThat(channel.write(bytes)).isFalse();
                    Arrays.fill(bytes.array(), (byte) 'b');
                    channel.end();
                    ended.countDown();
                });
                RawClient client = new RawClient(proxy)) {
            client.get("/");
            await(ended, "the end");
            assertThat(client.answer().body().equals(new String(large, ISO_8859_1)))
                    .isTrue();
        }
    }

    @Test
    void largeAnswerOfKnownLengthIsSentWhole() throws Exception {
        String large = "0123456789".repeat(2_000_000);
        try (UndertowProxy proxy = serve(exchange -> answer(exchange, 200, large));
                RawClient client = new RawClient(proxy)) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.get("/").answer().body().equals(large)).isTrue();
            }
        }
    }

    @Test
    void abortIsAPrematureEnd() throws Exception {
        for (String version : new String[] {"1.1", "1.0"}) {
            try (UndertowProxy proxy = serve(exchange -> opened.add(exchange.open(200, EVENTS, () -> {})));
                    RawClient client = new RawClient(proxy)) {
                client.send("GET / HTTP/" + version + "\r\nHost: x\r\n\r\n");
                ResponseChannel channel = next();
                channel.write(bytes("part"));
                RawClient.Head head = client.head();
                if (version.equals("1.1")) {
                    assertThat(client.chunk()).isEqualTo("part");
                    channel.abort();
                    assertThatThrownBy(client::chunk).isInstanceOf(EOFException.class);
                } else {
                    assertThat(head.headers()).doesNotContainKey("transfer-encoding");
                    assertThat(client.read(4)).isEqualTo("part");
                    channel.abort();
                    assertThatThrownBy(() -> client.read(1)).isInstanceOf(SocketException.class);
                }
            }
        }
    }

    @Test
    void closingConnectionIsChunkedToo() throws Exception {
        try (UndertowProxy proxy = serve(this::open);
                RawClient client = new RawClient(proxy)) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            ResponseChannel channel = next();
            channel.write(bytes("all"));
            channel.end();
            RawClient.Answer answer = client.answer();
            assertThat(answer.body()).isEqualTo("all");
            assertThat(answer.headers()).containsEntry("transfer-encoding", "chunked");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void oldClientGetsABodyThatEndsWithTheConnection() throws Exception {
        try (UndertowProxy proxy = serve(this::open);
                RawClient client = new RawClient(proxy)) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            ResponseChannel channel = next();
            channel.write(bytes("all"));
            channel.end();
            assertThat(client.answer().body()).isEqualTo("all");
        }
    }

    @Test
    void handlerThatThrowsAfterOpeningBreaksTheStream() throws Exception {
        try (UndertowProxy proxy = serve(exchange -> {
                    exchange.open(200, EVENTS, () -> {}).write(bytes("part"));
                    throw new IllegalStateException("secret");
                });
                RawClient client = new RawClient(proxy)) {
            client.get("/");
            client.head();
            assertThat(client.chunk()).isEqualTo("part");
            assertThatThrownBy(client::chunk).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void pipelinedRequestWaitsForTheStream() throws Exception {
        try (UndertowProxy proxy = serve(this::open);
                RawClient client = new RawClient(proxy)) {
            client.post("a");
            ResponseChannel first = next();
            first.write(bytes("one"));
            client.post("b");
            client.post("c");
            client.head();
            assertThat(client.chunk()).isEqualTo("one");
            first.write(bytes("two"));
            assertThat(client.chunk()).isEqualTo("two");
            assertThat(opened).isEmpty();
            first.end();
            assertThat(client.chunk()).isEmpty();
            for (String text : new String[] {"b", "c"}) {
                ResponseChannel later = next();
                later.write(bytes(text));
                later.end();
                assertThat(client.answer().body()).isEqualTo(text);
            }
        }
    }

    @Test
    void clientThatNeverReadsIsCutOff() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (UndertowProxy proxy = serve(Limits.DEFAULT.withWrite(Duration.ofMillis(200)), exchange -> {
                    exchange.onClientGone(gone::countDown);
                    exchange.open(200, EVENTS, () -> {}).write(ByteBuffer.allocate(50_000_000));
                });
                RawClient client = new RawClient(proxy, 8192)) {
            client.get("/");
            await(gone, "the end of patience");
        }
    }
}
