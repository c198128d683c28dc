package io.github.claudecodeproxy.undertow;

import static io.github.claudecodeproxy.undertow.Handlers.answer;
import static io.github.claudecodeproxy.undertow.Handlers.await;
import static io.github.claudecodeproxy.undertow.Handlers.bytes;
import static io.github.claudecodeproxy.undertow.Handlers.serve;
import static io.github.claudecodeproxy.undertow.Handlers.stop;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.http.Exchange.BodyReceiver;
import io.github.claudecodeproxy.http.ResponseChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ClientGoneTest {

    enum Leave {
        CLOSE {
            @Override
            void by(RawClient client) throws IOException {
                client.close();
            }
        },
        RESET {
            @Override
            void by(RawClient client) throws IOException {
                client.reset();
            }
        },
        HALF_CLOSE {
            @Override
            void by(RawClient client) throws IOException {
                client.halfClose();
            }
        };

        abstract void by(RawClient client) throws IOException;
    }

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final CountDownLatch failed = new CountDownLatch(1);

    private final class Received implements BodyReceiver {

        private final Runnable whole;

        private Received(Runnable whole) {
            this.whole = whole;
        }

        @Override
        public void body(byte[] bytes) {
            whole.run();
            reached.countDown();
        }

        @Override
        public void tooLarge() {
            throw new AssertionError("too large");
        }

        @Override
        public void failed() {
            failed.countDown();
        }
    }

    private void waitForEver(Exchange exchange) {
        exchange.onClientGone(gone::countDown);
        exchange.readBody(1000, new Received(() -> {}));
    }

    @ParameterizedTest
    @EnumSource(Leave.class)
    void whileNothingIsWritten(Leave leave) throws Exception {
        try (UndertowProxy proxy = serve(this::waitForEver);
                RawClient client = new RawClient(proxy)) {
            client.post("question");
            await(reached, "the body");
            leave.by(client);
            await(gone, "being told");
        }
    }

    @ParameterizedTest
    @EnumSource(Leave.class)
    void afterEmptyLinesBehindTheBody(Leave leave) throws Exception {
        try (UndertowProxy proxy = serve(this::waitForEver);
                RawClient client = new RawClient(proxy)) {
            client.post("question");
            await(reached, "the body");
            client.send("\r\n").send("\r\n\n");
            leave.by(client);
            await(gone, "being told");
        }
    }

    @Test
    void afterAnEmptyLineThatComesWithTheBody() throws Exception {
        try (UndertowProxy proxy = serve(this::waitForEver);
                RawClient client = new RawClient(proxy)) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nquestion\r\n\r\n");
            await(reached, "the body");
            Leave.CLOSE.by(client);
            await(gone, "being told");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "\r\n\r\n"})
    void theRequestBehindEmptyLinesIsKept(String lines) throws Exception {
        try (UndertowProxy proxy = serve(exchange ->
                        exchange.readBody(1000, new Received(() -> answer(exchange, 200, exchange.path()))));
                RawClient client = new RawClient(proxy)) {
            String head = "POST /%s HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na" + lines;
            client.send(head.formatted("a") + head.formatted("b"));
            assertThat(client.answer().body()).isEqualTo("/a");
            assertThat(client.answer().body()).isEqualTo("/b");
        }
    }

    @ParameterizedTest
    @EnumSource(Leave.class)
    void whileNothingIsWrittenToARequestWithoutBody(Leave leave) throws Exception {
        try (UndertowProxy proxy = serve(exchange -> {
                    exchange.onClientGone(gone::countDown);
                    reached.countDown();
                });
                RawClient client = new RawClient(proxy)) {
            client.get("/");
            await(reached, "the request");
            leave.by(client);
            await(gone, "being told");
        }
    }

    @ParameterizedTest
    @EnumSource(Leave.class)
    void duringTheBody(Leave leave) throws Exception {
        try (UndertowProxy proxy = serve(exchange -> {
                    waitForEver(exchange);
                    reached.countDown();
                });
                RawClient client = new RawClient(proxy)) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
            await(reached, "the request");
            leave.by(client);
            await(failed, "the failure");
            await(gone, "being told");
        }
    }

    @ParameterizedTest
    @EnumSource(Leave.class)
    void betweenTwoWrites(Leave leave) throws Exception {
        try (UndertowProxy proxy = serve(exchange -> {
                    exchange.onClientGone(gone::countDown);
                    exchange.readBody(
                            1000,
                            new Received(
                                    () -> exchange.open(200, Map.of(), () -> {}).write(bytes("part"))));
                });
                RawClient client = new RawClient(proxy)) {
            client.post("question");
            await(reached, "the stream");
            client.head();
            assertThat(client.chunk()).isEqualTo("part");
            leave.by(client);
            await(gone, "being told");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Leave.class,
            names = {"CLOSE", "RESET"})
    void whileTheChannelIsFull(Leave leave) throws Exception {
        try (UndertowProxy proxy = serve(exchange -> {
                    exchange.onClientGone(gone::countDown);
                    exchange.open(200, Map.of(), () -> {}).write(ByteBuffer.allocate(50_000_000));
                    reached.countDown();
                });
                RawClient client = new RawClient(proxy, 8192)) {
            client.get("/");
            await(reached, "the full channel");
            leave.by(client);
            await(gone, "being told");
        }
    }

    @Test
    void whoRegistersLateIsToldToo() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        try (UndertowProxy proxy = serve(exchange -> {
                    exchange.onClientGone(() -> {
                        exchange.onClientGone(late::countDown);
                        gone.countDown();
                    });
                    reached.countDown();
                });
                RawClient client = new RawClient(proxy)) {
            client.get("/");
            await(reached, "the request");
            Leave.CLOSE.by(client);
            await(gone, "being told");
            await(late, "being told late");
        }
    }

    @Test
    void writingToAClientThatIsGoneDoesNoHarm() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        try (UndertowProxy proxy = serve(exchange -> {
                    if (exchange.path().equals("/stays")) {
                        answer(exchange, 200, "here");
                        return;
                    }
                    ResponseChannel begun = exchange.open(200, Map.of(), () -> {});
                    exchange.onClientGone(() -> {
                        begun.write(bytes("more"));
                        begun.end();
                        begun.abort();
                        written.countDown();
                    });
                    reached.countDown();
                });
                RawClient client = new RawClient(proxy);
                RawClient other = new RawClient(proxy)) {
            client.get("/");
            await(reached, "the request");
            client.reset();
            await(written, "writing");
            assertThat(other.get("/stays").answer().body()).isEqualTo("here");
        }
    }

    @Test
    void answeringAClientThatIsGoneDoesNoHarm() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        try (UndertowProxy proxy = serve(exchange -> {
                    exchange.onClientGone(() -> {
                        answer(exchange, 200, "nobody");
                        answered.countDown();
                    });
                    reached.countDown();
                });
                RawClient client = new RawClient(proxy)) {
            client.get("/");
            await(reached, "the request");
            client.reset();
            await(answered, "answering");
        }
    }

    @Test
    void clientThatHasItsAnswerIsNotGone() throws Exception {
        AtomicInteger told = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(1);
        try (UndertowProxy proxy = serve(exchange -> {
                    if (exchange.path().equals("/wait")) {
                        exchange.onClientGone(second::countDown);
                        reached.countDown();
                    } else {
                        exchange.onClientGone(told::incrementAndGet);
                        answer(exchange, 200, "done");
                    }
                });
                RawClient client = new RawClient(proxy)) {
            client.get("/").answer();
            client.get("/wait");
            await(reached, "the second request");
            Leave.CLOSE.by(client);
            await(second, "being told of the second");
            assertThat(told).hasValue(0);
        }
    }

    @Test
    void closingTheServerIsLikeLosingTheClient() throws Exception {
        try (UndertowProxy proxy = serve(this::waitForEver);
                RawClient client = new RawClient(proxy)) {
            client.post("question");
            await(reached, "the body");
            stop(proxy);
            await(gone, "being told");
        }
    }

    @Test
    void aStoppedServerTellsOutsideTheLockAndTheCaller() throws Exception {
        CompletableFuture<UndertowExchange> taken = new CompletableFuture<>();
        try (UndertowProxy proxy = serve(exchange -> {
                    taken.complete((UndertowExchange) exchange);
                });
                RawClient client = new RawClient(proxy)) {
            client.get("/");
            UndertowExchange exchange = taken.get(5, TimeUnit.SECONDS);
            stop(proxy);
            CompletableFuture<Boolean> locked = new CompletableFuture<>();
            synchronized (exchange.lock) {
                exchange.onWorker(() -> locked.complete(Thread.holdsLock(exchange.lock)));
            }
            assertThat(locked.get(5, TimeUnit.SECONDS)).isFalse();
        }
    }

    @Test
    void abortOfOurOwnIsNotTold() throws Exception {
        AtomicInteger told = new AtomicInteger();
        try (UndertowProxy proxy = serve(exchange -> {
            exchange.onClientGone(told::incrementAndGet);
            exchange.open(200, Map.of(), () -> {}).abort();
        })) {
            try (RawClient client = new RawClient(proxy)) {
                assertThat(client.get("/").rest()).isEmpty();
            }
            stop(proxy);
            assertThat(told).hasValue(0);
        }
    }
}
