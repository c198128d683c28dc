package io.github.claudecodeproxy.upstream;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link UpstreamClient} does, whatever it is made of. */
@Timeout(60)
abstract class UpstreamClientContract {

    private static final String STREAM = String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Content-Type: text/event-stream",
            "Transfer-Encoding: chunked",
            "X-Twice: 1",
            "X-Twice: 2",
            "",
            "");
    private static final byte[] BODY = "{\"stream\":true}".getBytes(StandardCharsets.UTF_8);

    private final UpstreamClient client = client(new ClientSetup(Duration.ofSeconds(5), null, null));

    /** The client under test; to be closed by the caller. */
    abstract UpstreamClient client(ClientSetup setup);

    /** Whether connections that nobody uses any more are closed at once, rather than when they have been idle for long. */
    boolean closesAtOnce() {
        return true;
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void deliversAStream() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (RawServer server = new RawServer(connection -> {
            seen.complete(String.valueOf(connection.request()));
            connection.send(STREAM);
            connection.sendChunk("data: a\n\n");
            connection.sendChunk("data: b\n\n");
            connection.send("0\r\n\r\n");
            connection.awaitClosed();
        })) {
            Recorder recorder = Recorder.greedy().send(client, post(server.uri()));
            assertThat(recorder.last()).isEqualTo("end");
            assertThat(recorder.body()).isEqualTo("data: a\n\ndata: b\n\n");
            assertThat(recorder.head().status()).isEqualTo(200);
            assertThat(recorder.head().header("content-type")).isEqualTo("text/event-stream");
            assertThat(recorder.head().header("x-twice")).isEqualTo("2");
        }
        assertThat(seen.join())
                .startsWith("POST /v1/chat HTTP/1.1\r\n")
                .contains("\r\nAuthorization: Bearer k\r\n")
                .endsWith("\r\n\r\n{\"stream\":true}");
        assertThat(seen.join().toLowerCase(Locale.ROOT))
                .doesNotContain("upgrade")
                .doesNotContain("http2");
    }

    @Test
    void deliversAnErrorStatusAndDoesNotFollowRedirects() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (RawServer server = new RawServer(connection -> {
            while (connection.request() != null) {
                requests.incrementAndGet();
                connection.send("HTTP/1.1 307 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
            }
        })) {
            Recorder recorder = Recorder.greedy().send(client, UpstreamRequest.get(server.uri(), Map.of()));
            assertThat(recorder.last()).isEqualTo("end");
            assertThat(recorder.head().status()).isEqualTo(307);
            assertThat(requests).hasValue(1);
        }
    }

    @Test
    void deliversNothingThatWasNotAskedFor() throws Exception {
        AtomicLong sent = new AtomicLong();
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.send(STREAM);
            try {
                sendForEver(connection, sent);
            } finally {
                closed.countDown();
            }
        })) {
            Recorder recorder = Recorder.modest().send(client, post(server.uri()));
            assertThat(recorder.next()).isEqualTo("headers");
            long blockedAt = awaitStandstill(sent);
            assertThat(blockedAt).isLessThan(64L << 20);
            assertThat(recorder.nothingReported()).isTrue();

            recorder.call().more();
            assertThat(recorder.next()).isEqualTo("bytes");
            awaitStandstill(sent);
            assertThat(recorder.nothingReported()).isTrue();

            recorder.call().cancel();
            assertThat(closed.await(Recorder.SECONDS, SECONDS)).isTrue();
            assertThat(recorder.nothingReported()).isTrue();
        }
    }

    @Test
    void cancelBeforeTheHeadersClosesTheConnection() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            received.countDown();
            connection.awaitClosed();
            closed.countDown();
        })) {
            Recorder recorder = Recorder.greedy().send(client, post(server.uri()));
            assertThat(received.await(Recorder.SECONDS, SECONDS)).isTrue();
            recorder.call().cancel();
            assertThat(closed.await(Recorder.SECONDS, SECONDS)).isTrue();
            assertThat(recorder.nothingReported()).isTrue();
        }
    }

    @Test
    void cancelWithinTheBodyClosesTheConnection() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.send(STREAM);
            connection.sendChunk("data: a\n\n");
            connection.awaitClosed();
            closed.countDown();
        })) {
            Recorder recorder = Recorder.greedy().send(client, post(server.uri()));
            assertThat(recorder.next()).isEqualTo("headers");
            assertThat(recorder.next()).isEqualTo("bytes");
            recorder.call().cancel();
            assertThat(closed.await(Recorder.SECONDS, SECONDS)).isTrue();
            assertThat(recorder.nothingReported()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancelFromWithinAReportIsTheLastThingHeard(boolean inHeaders) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        AtomicInteger reports = new AtomicInteger();
        CompletableFuture<UpstreamCall> call = new CompletableFuture<>();
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.send(STREAM);
            try {
                connection.sendChunk("data: a\n\n");
                connection.sendChunk("data: b\n\n");
                connection.awaitClosed();
            } finally {
                closed.countDown();
            }
        })) {
            call.complete(client.send(post(server.uri()), new CountingListener(reports) {
                @Override
                public void headers(UpstreamResponseHead head) {
                    super.headers(head);
                    call.join().more();
                    call.join().more();
                    if (inHeaders) {
                        call.join().cancel();
                    }
                }

                @Override
                public void bytes(List<ByteBuffer> buffers) {
                    super.bytes(buffers);
                    call.join().cancel();
                }
            }));
            assertThat(closed.await(Recorder.SECONDS, SECONDS)).isTrue();
            assertThat(reports).hasValue(inHeaders ? 1 : 2);
        }
    }

    @Test
    void cancelAtAnyMomentLeavesNoConnectionBehind() throws Exception {
        Semaphore closed = new Semaphore(0);
        Random random = new Random(1);
        try (RawServer server = new RawServer(connection -> {
            try {
                while (connection.request() != null) {
                    connection.send(STREAM);
                    connection.sendChunk("data: a\n\n");
                }
                connection.awaitClosed();
            } finally {
                closed.release();
            }
        })) {
            for (int i = 0; i < 200; i++) {
                Recorder recorder = Recorder.greedy().send(client, post(server.uri()));
                long until = System.nanoTime() + random.nextInt(3_000_000);
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                recorder.call().cancel();
            }
            // A cancel before the connection was there may leave it in the pool unused, or not open it at all.
            client.close();
            int accepted = awaitStandstill(server);
            assertThat(closed.tryAcquire(accepted, Recorder.SECONDS, SECONDS))
                    .as("%d accepted, %d more closed", accepted, closed.availablePermits())
                    .isTrue();
        }
    }

    @Test
    void closeCancelsAndLaterCallsFail() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            received.countDown();
            connection.awaitClosed();
            closed.countDown();
        })) {
            Recorder running = Recorder.greedy().send(client, post(server.uri()));
            assertThat(received.await(Recorder.SECONDS, SECONDS)).isTrue();
            client.close();
            assertThat(closed.await(Recorder.SECONDS, SECONDS)).isTrue();
            assertThat(running.nothingReported()).isTrue();
            assertThat(Recorder.greedy().send(client, post(server.uri())).last())
                    .isEqualTo("OTHER");
        }
    }

    /** Before Java 21 they go when they have been idle for long enough. */
    @Test
    void closeClosesIdleConnections() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.answer("ok");
            connection.awaitClosed();
            closed.countDown();
        })) {
            assertThat(Recorder.greedy().send(client, post(server.uri())).last())
                    .isEqualTo("end");
            client.close();
            if (closesAtOnce()) {
                assertThat(closed.await(Recorder.SECONDS, SECONDS)).isTrue();
            }
        }
    }

    @Test
    void aListenerThatThrowsIsToldOnceAndTheConnectionClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        CompletableFuture<UpstreamException> failure = new CompletableFuture<>();
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.send(STREAM);
            connection.awaitClosed();
            closed.countDown();
        })) {
            UpstreamCall unused = client.send(post(server.uri()), new CountingListener(new AtomicInteger()) {
                @Override
                public void headers(UpstreamResponseHead head) {
                    throw new IllegalStateException("on purpose");
                }

                @Override
                public void failure(UpstreamException thrown) {
                    failure.complete(thrown);
                }
            });
            assertThat(closed.await(Recorder.SECONDS, SECONDS)).isTrue();
            assertThat(failure.get(Recorder.SECONDS, SECONDS).reason()).isEqualTo(UpstreamException.Reason.OTHER);
        }
    }

    @Test
    void refusedConnection() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        Recorder recorder = Recorder.greedy().send(client, post(URI.create("http://127.0.0.1:" + port + "/")));
        assertThat(recorder.last()).isEqualTo("CONNECT");
        assertThat(recorder.failure()).hasMessageNotContaining("127.0.0.1");
    }

    @Test
    void hostThatDoesNotResolve() throws Exception {
        Recorder recorder = Recorder.greedy().send(client, post(URI.create("http://nonexistent.invalid/")));
        assertThat(recorder.last()).isEqualTo("UNKNOWN_HOST");
        assertThat(recorder.failure()).hasMessageNotContaining("invalid");
    }

    @Test
    void resetOnAFreshConnectionIsNotSentAgain() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.reset();
        })) {
            assertThat(Recorder.greedy().send(client, post(server.uri())).last())
                    .isEqualTo("NO_RESPONSE");
            assertThat(server.accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SSH-2.0-OpenSSH_9.2\\r\\n\\r\\n                                         | PROTOCOL",
                "\\25\\3\\3\\0\\2\\2\\12                         | PROTOCOL",
                "HTTP/1.1 two hundred\\r\\n\\r\\n                                         | PROTOCOL",
                "HTTP/1.1 200 OK\\r\\nContent-Length: many\\r\\n\\r\\n                       | PROTOCOL",
                "HTTP/1.1 200 OK\\r\\nContent-Le                                         | TRUNCATED",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 20\\r\\n\\r\\ndata: a                    | TRUNCATED",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n9\\r\\ndata: a\\n\\n\\r\\n  | TRUNCATED",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n9\\r\\ndata          | TRUNCATED",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxyz\\r\\ndata        | PROTOCOL",
                "HTTP/1.1 200 OK\\r\\nContent-Encoding: br\\r\\nContent-Length: 2\\r\\n\\r\\nab    | PROTOCOL",
                "HTTP/1.1 200 OK\\r\\nContent-Encoding: gzip\\r\\nContent-Length: 2\\r\\n\\r\\nab  | PROTOCOL",
                "HTTP/1.1 200 OK\\r\\n\\r\\ndata: a                                          | end",
                "HTTP/1.1 204 No Content\\r\\n\\r\\n                                      | end",
                "HTTP/1.1 200 OK\\r\\nContent-Encoding: gzip\\r\\nContent-Length: 0\\r\\n\\r\\n    | end",
            })
    void answersThenClose(String answer, String outcome) throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.send(answer.translateEscapes());
            connection.socket().shutdownOutput();
            connection.awaitClosed();
        })) {
            assertThat(Recorder.greedy().send(client, post(server.uri())).last())
                    .isEqualTo(outcome);
        }
    }

    @Test
    void resetWithinTheBody() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.send(STREAM);
            connection.sendChunk("data: a\n\n");
            await(seen);
            connection.reset();
        })) {
            Recorder recorder = Recorder.greedy().send(client, post(server.uri()));
            assertThat(recorder.next()).isEqualTo("headers");
            assertThat(recorder.next()).isEqualTo("bytes");
            seen.countDown();
            assertThat(recorder.last()).isEqualTo("TRUNCATED");
        }
    }

    /** The JDK forgets them; from Java 21 on they are closed although no other call comes. */
    @Test
    void connectionsWithABadHeadAreClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(10);
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n");
            connection.awaitClosed();
            closed.countDown();
        })) {
            for (int i = 0; i < 10; i++) {
                assertThat(Recorder.greedy().send(client, post(server.uri())).last())
                        .isEqualTo("PROTOCOL");
            }
            if (closesAtOnce()) {
                assertThat(closed.await(Recorder.SECONDS, SECONDS)).isTrue();
            } else {
                assertThat(closed.getCount()).isEqualTo(10);
            }
        }
    }

    @Test
    void headersLargerThanAllowed() throws Exception {
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK\r\nX-Large: " + "x".repeat(1 << 20) + "\r\nContent-Length: 0\r\n\r\n");
            connection.awaitClosed();
        })) {
            assertThat(Recorder.greedy().send(client, post(server.uri())).last())
                    .isEqualTo("PROTOCOL");
        }
    }

    @Test
    void deadPooledConnectionsAreInvisible() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (RawServer server = closingSoonAfterAnswering(requests)) {
            for (int i = 0; i < 100; i++) {
                Recorder recorder = Recorder.greedy().send(client, post(server.uri()));
                assertThat(recorder.last()).as("call %d", i).isEqualTo("end");
                assertThat(recorder.body()).isEqualTo("ok");
            }
            assertThat(requests).hasValue(100);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void aRestartedServerIsInvisible(int afterwards) throws Exception {
        int before = 20;
        CyclicBarrier allAsked = new CyclicBarrier(before);
        AtomicInteger served = new AtomicInteger();
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            if (served.incrementAndGet() > before) {
                do {
                    connection.answer("new");
                } while (connection.request() != null);
                return;
            }
            await(allAsked);
            connection.answer("old");
            // The next request on this connection is read and thrown away, as a dying server does.
            connection.request();
            connection.reset();
        })) {
            assertThat(bodies(server, before)).containsOnly("old");
            assertThat(bodies(server, afterwards)).containsOnly("new");
        }
    }

    private List<String> bodies(RawServer server, int calls) throws InterruptedException {
        List<Recorder> running = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            running.add(Recorder.greedy().send(client, post(server.uri())));
        }
        List<String> bodies = new ArrayList<>();
        for (Recorder call : running) {
            assertThat(call.last()).isEqualTo("end");
            bodies.add(call.body());
        }
        return bodies;
    }

    @Test
    void isSentAgainOnlyOnce() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (RawServer server = new RawServer(connection -> {
            while (connection.request() != null) {
                if (requests.incrementAndGet() > 1) {
                    connection.reset();
                } else {
                    connection.answer("ok");
                }
            }
        })) {
            assertThat(Recorder.greedy().send(client, post(server.uri())).last())
                    .isEqualTo("end");
            assertThat(Recorder.greedy().send(client, post(server.uri())).last())
                    .isEqualTo("NO_RESPONSE");
            assertThat(requests).hasValue(3);
        }
    }

    @Test
    void twentyStreamsAtOnce() throws Exception {
        int together = 20;
        CyclicBarrier allRunning = new CyclicBarrier(together);
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.send(STREAM);
            await(allRunning);
            for (int i = 0; i < 200; i++) {
                connection.sendChunk("data: " + i + "\n\n");
            }
            connection.send("0\r\n\r\n");
        })) {
            List<Recorder> calls = new ArrayList<>();
            for (int i = 0; i < together; i++) {
                calls.add(Recorder.greedy().send(client, post(server.uri())));
            }
            for (Recorder call : calls) {
                assertThat(call.last()).isEqualTo("end");
                assertThat(call.body()).startsWith("data: 0\n\ndata: 1\n\n").endsWith("data: 199\n\n");
            }
        }
    }

    @Test
    void decodesGzipAsItComes() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RawServer server = new RawServer(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
            ByteArrayOutputStream encoded = new ByteArrayOutputStream();
            GZIPOutputStream gzip = new GZIPOutputStream(encoded, true);
            gzip.write("data: a\n\n".getBytes(StandardCharsets.UTF_8));
            gzip.flush();
            connection.send(encoded.toByteArray());
            await(seen);
            encoded.reset();
            gzip.write("data: b\n\n".getBytes(StandardCharsets.UTF_8));
            gzip.close();
            connection.send(encoded.toByteArray());
        })) {
            Recorder recorder = Recorder.greedy().send(client, post(server.uri()));
            assertThat(recorder.next()).isEqualTo("headers");
            assertThat(recorder.head().header("content-encoding")).isNull();
            assertThat(recorder.next()).isEqualTo("bytes");
            assertThat(recorder.body()).isEqualTo("data: a\n\n");
            seen.countDown();
            assertThat(recorder.last()).isEqualTo("end");
            assertThat(recorder.body()).isEqualTo("data: a\n\ndata: b\n\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Key: secret\r\nX-Other: y",
                "X-Key: secr\u00E9t",
                "Transfer-Encoding: secret",
                "X Key: secret",
                "Connection: secret"
            })
    void refusesHeadersWithoutShowingTheirValue(String header) throws Exception {
        int colon = header.indexOf(':');
        Map<String, String> headers = Map.of(header.substring(0, colon), header.substring(colon + 2));
        try (RawServer server = new RawServer(RawServer.Connection::awaitClosed)) {
            Recorder recorder = Recorder.greedy().send(client, UpstreamRequest.post(server.uri(), headers, BODY));
            assertThat(recorder.last()).isEqualTo("OTHER");
            assertThat(recorder.failure()).hasNoCause().hasMessageNotContaining("secr");
            assertThat(server.accepted()).isZero();
        }
    }

    @Test
    void addressesThatAreNoHttpAddresses() throws Exception {
        for (String address : List.of("ftp://127.0.0.1/", "/relative", "http:///nohost")) {
            assertThat(Recorder.greedy().send(client, post(URI.create(address))).last())
                    .as(address)
                    .isEqualTo("OTHER");
        }
    }

    private static RawServer closingSoonAfterAnswering(AtomicInteger requests) throws IOException {
        return new RawServer(connection -> {
            connection.request();
            requests.incrementAndGet();
            connection.answer("ok");
            // The client shall use the connection again just before it notices the end.
            long until = System.nanoTime() + 2_000_000;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
        });
    }

    private static UpstreamRequest post(URI uri) {
        return UpstreamRequest.post(uri, Map.of("Authorization", "Bearer k", "Content-Type", "application/json"), BODY);
    }

    private static void sendForEver(RawServer.Connection connection, AtomicLong sent) throws IOException {
        String chunk = "x".repeat(64 * 1024);
        while (true) {
            connection.sendChunk(chunk);
            sent.addAndGet(chunk.length());
        }
    }

    /** Waits until a number has not grown for a while. */
    private static long awaitStandstill(AtomicLong number) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long before = -1;
        while (before != number.get()) {
            before = number.get();
            assertThat(never.await(300, MILLISECONDS)).isFalse();
        }
        return before;
    }

    private static int awaitStandstill(RawServer server) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        int before = -1;
        while (before != server.accepted()) {
            before = server.accepted();
            assertThat(never.await(300, MILLISECONDS)).isFalse();
        }
        return before;
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(Recorder.SECONDS, SECONDS)) {
                throw new IOException("waited too long");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void await(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(Recorder.SECONDS, SECONDS);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Counts reports. */
    private abstract static class CountingListener implements UpstreamListener {

        private final AtomicInteger reports;

        CountingListener(AtomicInteger reports) {
            this.reports = reports;
        }

        @Override
        public void headers(UpstreamResponseHead head) {
            reports.incrementAndGet();
        }

        @Override
        public void bytes(List<ByteBuffer> buffers) {
            reports.incrementAndGet();
        }

        @Override
        public void end() {
            reports.incrementAndGet();
        }

        @Override
        public void failure(UpstreamException thrown) {
            reports.incrementAndGet();
        }
    }
}
