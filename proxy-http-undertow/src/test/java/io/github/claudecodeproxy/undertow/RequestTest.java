package io.github.claudecodeproxy.undertow;

import static io.github.claudecodeproxy.undertow.Handlers.answer;
import static io.github.claudecodeproxy.undertow.Handlers.serve;
import static io.github.claudecodeproxy.undertow.Handlers.stop;
import static io.github.claudecodeproxy.undertow.Handlers.withBody;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.claudecodeproxy.http.Exchange;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xnio.XnioIoThread;

@Timeout(60)
class RequestTest {

    private static void describe(Exchange exchange) {
        answer(exchange, 200, exchange.method() + " " + exchange.path() + " " + exchange.query());
    }

    @Test
    void targetIsHandedOnAsSent() throws Exception {
        try (UndertowProxy proxy = serve(RequestTest::describe);
                RawClient client = new RawClient(proxy)) {
            assertThat(client.get("/v1/%6dessages?beta=%74rue&a").answer().body())
                    .isEqualTo("GET /v1/%6dessages beta=%74rue&a");
            assertThat(client.get("//v1/a;b=1").answer().body()).isEqualTo("GET //v1/a;b=1 null");
            assertThat(client.send("GET http://y:1/p%41?q HTTP/1.1\r\nHost: y:1\r\n\r\n")
                            .answer()
                            .body())
                    .isEqualTo("GET /p%41 q");
        }
    }

    @Test
    void headersAndPeerAreKnown() throws Exception {
        try (UndertowProxy proxy = serve(exchange ->
                        answer(exchange, 200, exchange.header("X-a") + exchange.header("no") + exchange.peer()));
                RawClient client = new RawClient(proxy)) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\nx-A: 1\r\nX-A: 2\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo("1null/127.0.0.1");
        }
    }

    @Test
    void answerCarriesHeadersAndNoServerName() throws Exception {
        try (UndertowProxy proxy = serve(exchange -> answer(exchange, 418, "tea"));
                RawClient client = new RawClient(proxy)) {
            RawClient.Answer answer = client.get("/").answer();
            assertThat(answer.status()).isEqualTo(418);
            assertThat(answer.body()).isEqualTo("tea");
            assertThat(answer.headers())
                    .containsEntry("content-type", "text/plain")
                    .containsEntry("content-length", "3")
                    .doesNotContainKeys("server", "x-powered-by");
        }
    }

    @Test
    void headGetsNoBodyAndTheConnectionLivesOn() throws Exception {
        try (UndertowProxy proxy = serve(exchange -> withBody(exchange, 10, bytes -> describe(exchange)));
                RawClient client = new RawClient(proxy)) {
            client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
            RawClient.Answer head = client.answerToHead();
            assertThat(head.headers()).containsEntry("content-length", String.valueOf("HEAD / null".length()));
            assertThat(client.get("/next").answer().body()).isEqualTo("GET /next null");
        }
    }

    @Test
    void connectionIsReusedManyTimes() throws Exception {
        try (UndertowProxy proxy =
                        serve(exchange -> withBody(exchange, 10, bytes -> answer(exchange, 200, text(bytes))));
                RawClient client = new RawClient(proxy)) {
            for (int i = 0; i < 3000; i++) {
                assertThat(client.post("" + i).answer().body()).isEqualTo("" + i);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 5, true", "true, 100000, true", "true, 0, true", "false, 5, false", "false, 100000, false"})
    void postIsHandledOnTheThreadThatCallsUpstreams(boolean upstreams, int length, boolean ioThread) throws Exception {
        AtomicReference<Thread> handling = new AtomicReference<>();
        UndertowProxy.Builder builder = UndertowProxy.builder(exchange -> {
            handling.set(Thread.currentThread());
            withBody(exchange, Handlers.LIMIT, bytes -> {
                boolean same = Thread.currentThread() == handling.get();
                answer(exchange, 200, same + " " + (Thread.currentThread() instanceof XnioIoThread));
            });
        });
        try (UndertowProxy proxy = (upstreams ? builder.upstreams() : builder)
                        .port(0)
                        .build()
                        .start();
                RawClient client = new RawClient(proxy)) {
            assertThat(client.post("a".repeat(length)).answer().body()).endsWith(" " + ioThread);
            assertThat(handling.get() instanceof XnioIoThread).isEqualTo(ioThread);
            if (ioThread) {
                // The rest of a body comes later, and is handled there too
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n");
                client.send("a".repeat(length));
                assertThat(client.answer().body()).isEqualTo("true true");
            }
            assertThat(client.get("/metrics").answer().body()).isEqualTo("true false");
        }
    }

    @Test
    void handlerThatThrowsIsAnsweredInJson() throws Exception {
        try (UndertowProxy proxy = serve(exchange -> {
                    throw new StackOverflowError("secret");
                });
                RawClient client = new RawClient(proxy)) {
            RawClient.Answer answer = client.get("/").answer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.headers()).containsEntry("content-type", "application/json");
            assertThat(answer.body())
                    .isEqualTo(
                            "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Internal server error\"}}");
            assertThat(client.get("/").answer().status()).isEqualTo(500);
        }
    }

    @Test
    void receiverThatThrowsIsAnsweredInJson() throws Exception {
        try (UndertowProxy proxy = serve(exchange -> withBody(exchange, 10, bytes -> {
                    throw new IllegalStateException("secret");
                }));
                RawClient client = new RawClient(proxy)) {
            assertThat(client.post("a").answer().status()).isEqualTo(500);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: +5\r\n",
                "Content-Length: 9223372036854775808\r\n",
                "Content-Length: 0x5\r\n",
                "Content-Length: 5, 5\r\n",
                "Content-Length : 5\r\n",
                "X: a\0b\r\n"
            })
    void doubtfulFramingIsRefusedAndWhatFollowsNotRun(String headers) throws Exception {
        AtomicInteger handled = new AtomicInteger();
        try (UndertowProxy proxy = serve(Limits.DEFAULT.withRest(Duration.ofMillis(100)), exchange -> {
                    handled.incrementAndGet();
                    answer(exchange, 200, "");
                });
                RawClient client = new RawClient(proxy)) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\n" + headers
                    + "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.rest())
                    .satisfiesAnyOf(
                            text -> assertThat(text).startsWith("HTTP/1.1 400 ").doesNotContain("HTTP/1.1 200"),
                            text -> assertThat(text).isEmpty());
            assertThat(handled).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999999999999999999", "18446744073709551617"})
    void lengthThatIsNoLengthIsRefusedInJson(String length) throws Exception {
        AtomicInteger handled = new AtomicInteger();
        try (UndertowProxy proxy = serve(Limits.DEFAULT.withRest(Duration.ofMillis(100)), exchange -> {
                    handled.incrementAndGet();
                    withBody(exchange, 10, bytes -> answer(exchange, 200, text(bytes)));
                });
                RawClient client = new RawClient(proxy)) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\nhello");
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.headers())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("connection", "close");
            assertThat(answer.body()).contains("invalid_request_error", "Content-Length");
            assertThat(client.rest()).isEmpty();
            assertThat(handled).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n\r\n", "-1\r\n\r\n", "\r\n\r\n", "0x5\r\n\r\n", "5 \r\n\r\n", "1\r\na\r\n0\r\n\r\n"})
    void whatFollowsAChunkedRequestIsNotRun(String chunks) throws Exception {
        AtomicInteger smuggled = new AtomicInteger();
        try (UndertowProxy proxy = serve(Limits.DEFAULT.withBody(Duration.ofMillis(200)), exchange -> {
                    if (exchange.path().equals("/smuggled")) {
                        smuggled.incrementAndGet();
                    }
                    withBody(exchange, 1000, bytes -> answer(exchange, 200, ""));
                });
                RawClient client = new RawClient(proxy)) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
                    + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
            String rest = client.rest();
            assertThat(rest.split("HTTP/1\\.1 ", -1)).hasSizeLessThanOrEqualTo(2);
            assertThat(smuggled).hasValue(0);
        }
    }

    @Test
    void chunksOfTheOldProtocolAreRefused() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        try (UndertowProxy proxy = serve(Limits.DEFAULT.withRest(Duration.ofMillis(100)), exchange -> {
                    handled.incrementAndGet();
                    answer(exchange, 200, "");
                });
                RawClient client = new RawClient(proxy)) {
            client.send("POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
            assertThat(client.rest()).contains(" 400 ");
            assertThat(handled).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n"
            })
    void otherProtocolsAreRefused(String greeting) throws Exception {
        try (UndertowProxy proxy = serve(RequestTest::describe);
                RawClient client = new RawClient(proxy)) {
            assertThat(client.send(greeting).rest()).doesNotContain("200 OK");
        }
    }

    @Test
    void sizesOfTheHeadAreLimited() throws Exception {
        try (UndertowProxy proxy = serve(RequestTest::describe)) {
            try (RawClient client = new RawClient(proxy)) {
                assertThat(client.get("/" + "a".repeat(20_000)).answer().status())
                        .isEqualTo(414);
            }
            try (RawClient client = new RawClient(proxy)) {
                client.send("GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(70_000) + "\r\n\r\n");
                assertThat(client.rest()).doesNotContain("200 OK");
            }
            try (RawClient client = new RawClient(proxy)) {
                client.send("GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(300) + "\r\n");
                assertThat(client.rest()).doesNotContain("200 OK");
            }
            try (RawClient client = new RawClient(proxy)) {
                client.send("GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(50_000) + "\r\n\r\n");
                assertThat(client.answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void headThatNeverEndsIsCutOff() throws Exception {
        try (UndertowProxy proxy = serve(Limits.DEFAULT.withHeaders(Duration.ofMillis(100)), RequestTest::describe);
                RawClient client = new RawClient(proxy)) {
            client.send("GET / HTTP/1.1\r\nHo");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (UndertowProxy proxy = serve(exchange ->
                        withBody(exchange, 10, bytes -> answer(exchange, 200, exchange.path() + text(bytes))));
                RawClient client = new RawClient(proxy)) {
            String post = "POST /%s HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n%s";
            String get = "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n";
            String chunked = "POST /%s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n%s\r\n0\r\n\r\n";
            client.send(post.formatted("a", "1")
                    + get.formatted("b")
                    + post.formatted("c", "3")
                    + get.formatted("d")
                    + chunked.formatted("e", "5"));
            for (String expected : new String[] {"/a1", "/b", "/c3", "/d", "/e5"}) {
                assertThat(client.answer().body()).isEqualTo(expected);
            }
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void closedServerRefusesAndAPortInUseIsNamed() throws Exception {
        try (UndertowProxy proxy = serve(RequestTest::describe)) {
            UndertowProxy second = UndertowProxy.builder(RequestTest::describe)
                    .port(proxy.port())
                    .build();
            String address = "127.0.0.1:" + proxy.port();
            assertThatThrownBy(second::start)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(address);
            InetSocketAddress listened = proxy.address();
            stop(proxy);
            assertThatThrownBy(() -> new RawClient(listened).close()).isInstanceOf(ConnectException.class);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }
}
