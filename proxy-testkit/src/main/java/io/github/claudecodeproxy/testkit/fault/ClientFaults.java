package io.github.claudecodeproxy.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.Request;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.UpstreamApi;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Rows 56 to 76: what clients do. */
final class ClientFaults {

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final int MEBIBYTE = 1 << 20;
    private static final int LIMIT = 32 * MEBIBYTE;
    private static final String HEAD =
            "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

    private static final String SMUGGLED = "smuggled";

    /** What a server may take, since it means the same to everybody. */
    private static final Set<String> LEGAL =
            Set.of("absolute form of another host", "folded line", "chunk extension of 20 KB");

    private ClientFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault(56, "client leaves while its body comes", ClientFaults::leavesUploading)
                        .sameOnEveryApi(Fault.NO_CALL),
                new Fault(56, "client leaves while it stands in line", ClientFaults::leavesTheLine),
                new Fault(56, "client leaves while the upstream is connected to", ClientFaults::leavesConnecting)
                        .sameOnEveryApi(Fault.NO_ANSWER),
                new Fault(56, "client leaves while the upstream is silent", ClientFaults::leavesWaiting),
                new Fault(56, "client leaves in mid-stream", ClientFaults::leavesStreaming),
                new Fault(56, "client leaves before the second try", ClientFaults::leavesBeforeRetry),
                new Fault(56, "what the log says of clients that left", ClientFaults::leavesInTheLog),
                new Fault(57, "client reads nothing", ClientFaults::readsNothing),
                new Fault(58, "half-close after the request", ClientFaults::halfClose),
                new Fault(59, "body shorter than announced", ClientFaults::shortBody).sameOnEveryApi(Fault.NO_CALL),
                new Fault(60, "33 MiB announced, 33 MiB in chunks, 32 MiB", ClientFaults::largeBodies),
                new Fault(61, "Expect: 100-continue with too much", ClientFaults::expectation)
                        .sameOnEveryApi(Fault.NO_CALL),
                new Fault(62, "headers byte by byte, none at all", ClientFaults::slowHead)
                        .sameOnEveryApi(Fault.NO_CALL),
                new Fault(63, "malformed framings", ClientFaults::framings).sameOnEveryApi(Fault.ANY_ANSWER),
                new Fault(64, "TLS or HTTP/2 on the plain port", ClientFaults::otherProtocols)
                        .sameOnEveryApi(Fault.NO_CALL),
                new Fault(65, "a second request during a stream", ClientFaults::pipelined),
                new Fault(66, "bodies that are no request", ClientFaults::noRequests).sameOnEveryApi(Fault.NO_CALL),
                new Fault(67, "wrong types", ClientFaults::wrongTypes).sameOnEveryApi(Fault.NO_CALL),
                new Fault(68, "bombs of depth, digits, names", ClientFaults::bombs).sameOnEveryApi(Fault.NO_CALL),
                new Fault(69, "other content types", ClientFaults::contentTypes).sameOnEveryApi(Fault.NO_CALL),
                new Fault(70, "gzip: good, cut, a bomb; br", ClientFaults::encodings).sameOnEveryApi(Fault.ANY_ANSWER),
                new Fault(71, "keys: none, wrong, contradictory, huge", ClientFaults::keys)
                        .sameOnEveryApi(Fault.ANY_ANSWER),
                new Fault(72, "web pages and foreign hosts", ClientFaults::webPages).sameOnEveryApi(Fault.NO_CALL),
                new Fault(73, "other methods and paths", ClientFaults::routes).sameOnEveryApi(Fault.NO_CALL),
                new Fault(74, "queries and long URLs", ClientFaults::queries).sameOnEveryApi(Fault.ANY_ANSWER),
                new Fault(75, "model names with CR LF, ANSI, 1 MB", ClientFaults::modelNames)
                        .sameOnEveryApi(Fault.ANY_ANSWER),
                new Fault(75, "the same in the log", ClientFaults::modelNamesInTheLog).sameOnEveryApi(Fault.ANY_ANSWER),
                new Fault(76, "image URLs: loopback, file, 25 MB of data", ClientFaults::images));
    }

    /** How a client may leave. */
    private enum Leave {
        FIN,
        RST;

        void by(TestClient client) throws IOException {
            if (this == FIN) {
                client.close();
            } else {
                client.reset();
            }
        }
    }

    private static String leavesUploading(FaultBench bench) throws Exception {
        for (Leave how : Leave.values()) {
            try (TestClient client = bench.connect()) {
                client.sendRaw(HEAD + "Content-Length: 1000\r\n\r\n{\"model\":");
                how.by(client);
            }
        }
        bench.servesOn();
        assertThat(bench.upstream().requests()).isEmpty();
        return "no upstream call";
    }

    private static String leavesTheLine(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults().with("MAX_UPSTREAM_CONNECTIONS", "1"));
        bench.upstream().reply(Reply.stallBeforeHeaders());
        bench.upstream().alwaysReply(request -> bench.api().stream("Hello"));
        try (TestClient first = bench.connect()) {
            bench.send(first, FaultBench.STREAM);
            bench.upstream().awaitRequest(0);
            for (Leave how : Leave.values()) {
                for (String body : List.of(FaultBench.STREAM, FaultBench.WHOLE)) {
                    try (TestClient waiting = bench.connect()) {
                        bench.send(waiting, body.replace("Hello", "left the line"));
                        bench.servesOn();
                        how.by(waiting);
                    }
                }
            }
            bench.servesOn();
        }
        bench.letGo();
        bench.says(bench.stream(), "Hello");
        assertThat(bench.upstream().requests())
                .noneMatch(request -> request.text().contains("left the line"));
        return "4 of 4 never called";
    }

    private static String leavesConnecting(FaultBench bench) throws Exception {
        // One place only: as long as a call that nobody waits for has it, the next one is told 529
        bench.setup(ProxySetup.defaults()
                .with("MAX_RETRIES", "0")
                .with("MAX_UPSTREAM_CONNECTIONS", "1")
                .with(ProxySetup.Timer.CONNECT, Duration.ofSeconds(5))
                .withSpeed(5));
        try (BlackHole hole = new BlackHole()) {
            bench.upstream(hole.address());
            for (Leave how : Leave.values()) {
                try (TestClient client = bench.connect()) {
                    bench.send(client, FaultBench.STREAM);
                    bench.servesOn();
                    how.by(client);
                }
            }
            return "their place is free: the next call gets to connect, "
                    + bench.refused(bench.whole(), 504, "timeout_error", true);
        }
    }

    private static String leavesWaiting(FaultBench bench) throws Exception {
        int count = 0;
        bench.notice();
        for (Leave how : Leave.values()) {
            for (String body : bench.noticed()) {
                bench.upstream().reply(Reply.stallBeforeHeaders());
                try (TestClient client = bench.connect()) {
                    bench.send(client, body);
                    bench.upstream().awaitRequest(count++);
                    how.by(client);
                    bench.letGo();
                }
            }
        }
        return count + " of " + count + " upstream calls ended";
    }

    private static String leavesStreaming(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        bench.notice();
        for (Leave how : Leave.values()) {
            bench.upstream()
                    .reply(Reply.streaming().sse(api.begin(), api.text("Hel")).stall());
            try (TestClient client = bench.connect()) {
                bench.send(client, FaultBench.STREAM);
                client.response().readUntil("Hel");
                how.by(client);
                bench.letGo();
            }
        }
        return "2 of 2 upstream calls ended";
    }

    private static String leavesBeforeRetry(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults().withSpeed(20));
        int count = 0;
        for (Leave how : Leave.values()) {
            for (String body : List.of(FaultBench.STREAM, FaultBench.WHOLE)) {
                bench.upstream()
                        .reply(Reply.status(429)
                                .header("retry-after", "9")
                                .contentLength()
                                .text("{}")
                                .end());
                try (TestClient client = bench.connect()) {
                    bench.send(client, body);
                    bench.upstream().awaitRequest(count++);
                    how.by(client);
                }
            }
        }
        // 20 s of the engine's time
        Thread.sleep(1000);
        assertThat(bench.upstream().requests()).as("calls").hasSize(count);
        return "no second try";
    }

    private static String leavesInTheLog(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        Reply mid = Reply.streaming().sse(api.begin(), api.text("Hel")).stall();
        Reply later = Reply.status(429)
                .header("retry-after", "9")
                .contentLength()
                .text("{}")
                .end();
        int count = 0;
        List<String> log;
        try (ProxyProcess process = start(bench)) {
            for (Leave how : Leave.values()) {
                for (Reply reply : List.of(Reply.stallBeforeHeaders(), mid, later)) {
                    bench.upstream().reply(reply);
                    try (TestClient client = TestClient.connect(process.address())) {
                        bench.send(client, FaultBench.STREAM);
                        bench.upstream().awaitRequest(count++);
                        how.by(client);
                    }
                }
            }
            log = logOf(process);
        }
        assertThat(log.stream().filter(line -> line.contains("end=client_gone")))
                .as(String.join("\n", log))
                .hasSize(count)
                .allMatch(line -> line.contains("status=499") && line.contains("attempts=1"));
        assertThat(bench.upstream().requests()).as("calls").hasSize(count);
        return count + " of " + count + " lines say client_gone";
    }

    private static ProxyProcess start(FaultBench bench) throws IOException {
        return ProxyProcess.start(bench.target().command(List.of()), bench.environment(), true);
    }

    /** Stops the process, once it had time to write what it has to say, and gives all its lines. */
    private static List<String> logOf(ProxyProcess process) throws Exception {
        Thread.sleep(1000);
        process.terminate();
        assertThat(process.exit()).isIn(0, 143);
        return process.output();
    }

    private static String readsNothing(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults().with(ProxySetup.Timer.RESPONSE, SHORT));
        byte[] event =
                ReplyBuilder.frames(bench.api().text("x".repeat(64 << 10))).getBytes(StandardCharsets.UTF_8);
        CountDownLatch all = new CountDownLatch(1);
        bench.upstream()
                .reply(Reply.streaming().repeat(event, 1000).reached(all).stall());
        try (TestClient client = bench.connect()) {
            bench.send(client, FaultBench.STREAM);
            bench.letGo();
            assertThat(all.getCount()).as("the upstream was held back").isEqualTo(1);
            assertThat(cut(client.response())).isTrue();
        }
        return "both sides closed, 64 MB were not taken";
    }

    private static boolean cut(ResponseReader response) throws IOException {
        return !response.endsCleanly();
    }

    private static String halfClose(FaultBench bench) throws Exception {
        bench.upstream().reply(Reply.stallBeforeHeaders());
        try (TestClient client = bench.connect()) {
            bench.send(client, FaultBench.STREAM);
            bench.upstream().awaitRequest(0);
            client.halfClose();
            bench.letGo();
            client.awaitClosed();
        }
        return "counts as gone";
    }

    private static String shortBody(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults().with(ProxySetup.Timer.REQUEST_BODY, SHORT));
        try (TestClient client = bench.connect()) {
            client.sendRaw(HEAD + "Content-Length: 1000\r\n\r\n{\"model\":");
            client.halfClose();
            client.awaitClosed();
        }
        try (TestClient client = bench.connect()) {
            client.sendRaw(HEAD + "Content-Length: 1000\r\n\r\n{\"model\":");
            assertThat(client.response().status()).isEqualTo(408);
        }
        assertThat(bench.upstream().requests()).isEmpty();
        return "closed; 408";
    }

    private static String largeBodies(FaultBench bench) throws Exception {
        String announced;
        try (TestClient client = bench.connect()) {
            client.sendRaw(HEAD + "Content-Length: " + (LIMIT + MEBIBYTE) + "\r\n\r\n");
            announced = whole(bench, client, 413, "request_too_large");
        }
        try (TestClient client = bench.connect()) {
            client.sendRaw(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
            sendUntilRefused(client, chunk(MEBIBYTE), 32);
            // 64 KiB over the limit, and no end: it must not wait for more
            sendUntilRefused(client, chunk(64 << 10), 1);
            whole(bench, client, 413, "request_too_large");
        }
        assertThat(bench.upstream().requests()).isEmpty();
        bench.upstream().reply(bench.api().stream("Hello"));
        String exactly = FaultBench.STREAM.replace("Hello", "x".repeat(LIMIT - FaultBench.STREAM.length() + 5));
        assertThat(exactly).hasSize(LIMIT);
        return announced + ", the same in chunks; 32 MiB: " + bench.says(bench.post(exactly), "Hello");
    }

    private static byte[] chunk(int size) {
        return (Integer.toHexString(size) + "\r\n" + "x".repeat(size) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static void sendUntilRefused(TestClient client, byte[] part, int times) {
        try {
            for (int i = 0; i < times; i++) {
                client.sendRaw(part);
            }
        } catch (IOException e) {
            // the server has answered and takes no more; the answer is there to read
        }
    }

    private static String whole(FaultBench bench, TestClient client, int status, String type) throws IOException {
        ResponseReader reader = client.response();
        return bench.refused(new Response(reader.status(), reader.headers(), reader.readToEnd()), status, type, null);
    }

    private static String expectation(FaultBench bench) throws Exception {
        try (TestClient client = bench.connect()) {
            client.sendRaw(HEAD + "Expect: 100-continue\r\nContent-Length: " + (LIMIT + 1) + "\r\n\r\n");
            String answer = client.readRawToEnd();
            assertThat(answer).startsWith("HTTP/1.1 413 ");
        }
        return "413, no 100";
    }

    private static String slowHead(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults()
                .with(ProxySetup.Timer.REQUEST_HEAD, SHORT)
                .with(ProxySetup.Timer.BETWEEN_REQUESTS, SHORT));
        try (TestClient drip = bench.connect();
                TestClient silent = bench.connect()) {
            long end = System.nanoTime() + FaultBench.SOON.toNanos();
            boolean cut = false;
            for (int i = 0; !cut; i++) {
                assertThat(System.nanoTime()).as("time").isLessThan(end);
                cut = !dripped(drip, HEAD.charAt(i % HEAD.length()));
            }
            silent.awaitClosed();
        }
        bench.servesOn();
        return "closed";
    }

    private static boolean dripped(TestClient client, char next) throws InterruptedException {
        try {
            client.sendRaw(String.valueOf(next));
            Thread.sleep(50);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String framings(FaultBench bench) throws Exception {
        bench.upstream().alwaysReply(request -> bench.api().whole("Hello"));
        String body = FaultBench.WHOLE;
        String length = "Content-Length: " + body.length() + "\r\n";
        String chunk = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
        String[][] attacks = {
            {"two lengths", HEAD + length + "Content-Length: 5\r\n\r\n" + body},
            {"length and chunked", HEAD + length + "Transfer-Encoding: chunked\r\n\r\n" + chunk},
            {"signed length", HEAD + "Content-Length: +" + body.length() + "\r\n\r\n" + body},
            {"space before colon", HEAD + "Content-Length : " + body.length() + "\r\n\r\n" + body},
            {"bare line feeds", HEAD.replace("\r", "") + length.replace("\r", "") + "\n" + body},
            {"two hosts", HEAD + "Host: other\r\n" + length + "\r\n" + body},
            {"no host", HEAD.replace("Host: localhost\r\n", "") + length + "\r\n" + body},
            {"NUL in a header", HEAD + "X-A: a\0b\r\n" + length + "\r\n" + body},
            {
                "absolute form of another host",
                HEAD.replace("POST /", "POST http://evil.example/") + length + "\r\n" + body
            },
            {"xchunked", HEAD + "Transfer-Encoding: xchunked\r\n\r\n" + chunk},
            {"gzip, chunked", HEAD + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunk},
            {"folded line", HEAD + "X-A: a\r\n b\r\n" + length + "\r\n" + body},
            {"hexadecimal prefix", HEAD + "Transfer-Encoding: chunked\r\n\r\n0x" + chunk},
            {
                "chunk extension of 20 KB",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunk.replaceFirst("\r", ";" + "x".repeat(20_000) + "\r")
            },
        };
        StringBuilder outcome = new StringBuilder();
        for (String[] attack : attacks) {
            boolean legal = LEGAL.contains(attack[0]);
            int before = bench.upstream().requests().size();
            String status = statusOf(bench, attack[1], legal);
            assertThat(status).as(attack[0]).matches(legal ? "200|4.." : "4..|closed");
            outcome.append(attack[0]).append(' ').append(status).append("; ");
            bench.servesOn();
            List<Request> run = bench.upstream().requests();
            assertThat(run.subList(before, run.size()))
                    .as(attack[0])
                    .noneMatch(one -> !legal && one.text().contains(SMUGGLED));
        }
        return outcome.toString();
    }

    /** Sends what is not legal with another request behind it, which the server must not answer, and must close. */
    private static String statusOf(FaultBench bench, String request, boolean legal) throws Exception {
        String second = FaultBench.WHOLE.replace("Hello", SMUGGLED);
        try (TestClient client = bench.connect()) {
            if (legal) {
                client.sendRaw(request);
                return String.valueOf(client.response().status());
            }
            client.sendRaw(request + HEAD + "Content-Length: " + second.length() + "\r\n\r\n" + second);
            String answers = client.readRawToEnd();
            assertThat(answers.split("HTTP/1.1 ", -1).length).as(answers).isLessThanOrEqualTo(2);
            return answers.isEmpty() ? "closed" : answers.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3);
        } catch (SocketException e) {
            return "closed";
        }
    }

    /** The status line, or that there was none. */
    private static String firstLine(FaultBench bench, String request) throws Exception {
        try (TestClient client = bench.connect()) {
            client.sendRaw(request);
            client.halfClose();
            String answer = client.readRawToEnd();
            return answer.isEmpty() ? "closed" : answer.lines().findFirst().orElse("");
        } catch (SocketException e) {
            return "closed";
        }
    }

    private static String otherProtocols(FaultBench bench) throws Exception {
        // What is refused only when the time for a request is over comes too late
        bench.setup(ProxySetup.defaults()
                .with(ProxySetup.Timer.REQUEST_HEAD, Duration.ofMinutes(3))
                .with(ProxySetup.Timer.BETWEEN_REQUESTS, Duration.ofMinutes(3)));
        URI address = bench.address();
        try (Socket tls = SSLSocketFactory.getDefault().createSocket(address.getHost(), address.getPort())) {
            tls.setSoTimeout((int) FaultBench.SOON.toMillis());
            assertThatThrownBy(((SSLSocket) tls)::startHandshake)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
        String outcome = "TLS refused; HTTP/2 ";
        try (TestClient client = bench.connect()) {
            client.sendRaw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            String answer = client.readRawToEnd();
            assertThat(answer).matches("(?s)|HTTP/1.1 (400|403|404|405|426|505) .*");
            outcome += answer.isEmpty() ? "closed" : answer.substring(9, 12);
        } catch (SocketException e) {
            outcome += "closed";
        }
        bench.servesOn();
        assertThat(bench.upstream().requests()).isEmpty();
        return outcome;
    }

    private static String pipelined(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        CountDownLatch sent = new CountDownLatch(1);
        bench.upstream()
                .reply(Reply.streaming()
                        .sse(api.begin(), api.text("first"))
                        .pause(sent)
                        .sse(api.finish("stop"))
                        .sse(api.last())
                        .end());
        bench.upstream().alwaysReply(request -> api.whole("second"));
        try (TestClient client = bench.connect()) {
            bench.send(client, FaultBench.STREAM);
            ResponseReader first = client.response();
            String stream = first.readUntil("first");
            bench.send(client, FaultBench.WHOLE);
            sent.countDown();
            stream += first.readToEnd();
            bench.message(new Response(200, first.headers(), stream));
            assertThat(stream).doesNotContain("second");
            try {
                assertThat(client.response().readToEnd()).contains("second");
                return "answered behind the first";
            } catch (EOFException | SocketException e) {
                return "connection closed";
            }
        }
    }

    private static void bad(FaultBench bench, String body, String... names) throws Exception {
        Response response = bench.post(body);
        bench.refused(response, 400, "invalid_request_error", null);
        if (names.length > 0) {
            assertThat(response.json().at("/error/message").asText()).as(body).contains(names);
        }
    }

    private static String noRequests(FaultBench bench) throws Exception {
        for (String body : List.of("", "null", "[]", "\"x\"", FaultBench.WHOLE.replace("}]}", "}],}"))) {
            bad(bench, body);
        }
        bad(bench, "{}", "model");
        bad(bench, FaultBench.WHOLE + "{}");
        byte[] utf16 = FaultBench.WHOLE.getBytes(StandardCharsets.UTF_16);
        try (TestClient client = bench.connect()) {
            client.sendRaw(TestClient.encode("POST", "/v1/messages", FaultBench.JSON, utf16));
            whole(bench, client, 400, "invalid_request_error");
        }
        assertThat(bench.upstream().requests()).isEmpty();
        return "400 each";
    }

    private static String wrongTypes(FaultBench bench) throws Exception {
        bad(bench, FaultBench.WHOLE.replaceFirst("\\[.*]", "\"hi\""), "messages");
        for (String number : List.of("\"10\"", "-1", "1e10", "1.5", "NaN", "true")) {
            bad(bench, FaultBench.WHOLE.replace("100", number), number.equals("NaN") ? "" : "max_tokens");
        }
        bad(bench, FaultBench.WHOLE.replace("\"user\"", "7"), "messages.0");
        bad(bench, FaultBench.WHOLE.replace("\"claude-sonnet-4-5\"", "7"), "model");
        assertThat(bench.upstream().requests()).isEmpty();
        return "400 naming the field";
    }

    private static String bombs(FaultBench bench) throws Exception {
        bad(bench, "[".repeat(10 * MEBIBYTE));
        bad(bench, FaultBench.WHOLE.replace("\"Hello\"", "{\"a\":".repeat(100_000)));
        bad(bench, FaultBench.WHOLE.replace("100", "9".repeat(MEBIBYTE)));
        bad(bench, FaultBench.WHOLE.replace("100", "1e999999999"));
        StringBuilder names = new StringBuilder("{");
        for (int i = 0; i < 500_000; i++) {
            names.append("\"n").append(i).append("\":1,");
        }
        bad(bench, names.append("\"last\":1}").toString());
        bad(bench, "{" + "\"model\":\"other\",".repeat(100_000) + "\"model\":\"m\"}", "messages");
        bench.servesOn();
        assertThat(bench.upstream().requests()).isEmpty();
        return "400 each";
    }

    private static String contentTypes(FaultBench bench) throws Exception {
        for (String type : List.of("text/plain", "", "application/json; charset=utf-16", "multipart/form-data")) {
            HeaderList headers = type.isEmpty() ? HeaderList.of() : HeaderList.of("Content-Type", type);
            bench.refused(
                    bench.call("POST", "/v1/messages", headers, FaultBench.WHOLE), 400, "invalid_request_error", null);
        }
        assertThat(bench.upstream().requests()).isEmpty();
        return "400 each";
    }

    private static String encodings(FaultBench bench) throws Exception {
        bench.upstream().reply(bench.api().whole("Hello"));
        byte[] good = gzip(FaultBench.WHOLE.getBytes(StandardCharsets.UTF_8), 1);
        assertThat(packed(bench, "gzip", good).status()).isEqualTo(200);
        byte[] cut = Arrays.copyOf(good, good.length - 10);
        bench.refused(packed(bench, "gzip", cut), 400, "invalid_request_error", null);
        byte[] bomb = gzip(new byte[MEBIBYTE], 200);
        String outcome = bench.refused(packed(bench, "gzip", bomb), 413, "request_too_large", null);
        bench.refused(packed(bench, "br", good), 400, "invalid_request_error", null);
        assertThat(bench.upstream().requests()).hasSize(1);
        return "200; 400; " + outcome + " for " + bomb.length + " bytes that make 200 MB; 400";
    }

    private static Response packed(FaultBench bench, String encoding, byte[] body) throws Exception {
        try (TestClient client = bench.connect()) {
            HeaderList headers = FaultBench.JSON.with("Content-Encoding", encoding);
            client.sendRaw(TestClient.encode("POST", "/v1/messages", headers, body));
            ResponseReader reader = client.response();
            return new Response(reader.status(), reader.headers(), reader.readToEnd());
        }
    }

    private static byte[] gzip(byte[] plain, int times) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            for (int i = 0; i < times; i++) {
                gzip.write(plain);
            }
        }
        return packed.toByteArray();
    }

    private static String keys(FaultBench bench) throws Exception {
        String key = "client-key-0123456789";
        bench.setup(ProxySetup.defaults().with("ANTHROPIC_API_KEY", key));
        bench.upstream().alwaysReply(request -> bench.api().whole("Hello"));
        for (HeaderList wrong : List.of(
                FaultBench.JSON,
                FaultBench.JSON.with("x-api-key", "wrong"),
                FaultBench.JSON.with("x-api-key", key + "x"),
                FaultBench.JSON.with("x-api-key", key.substring(1)),
                FaultBench.JSON.with("x-api-key", ""),
                FaultBench.JSON.with("x-api-key", "wrong").with("Authorization", "Bearer " + key),
                FaultBench.JSON.with("Authorization", "Bearer"),
                FaultBench.JSON.with("Authorization", "Bearer "),
                FaultBench.JSON.with("Authorization", "Basic " + key))) {
            bench.refused(
                    bench.call("POST", "/v1/messages", wrong, FaultBench.WHOLE), 401, "authentication_error", null);
        }
        String folded = HEAD + "x-api-key: " + key + "\r\n x\r\nContent-Length: " + FaultBench.WHOLE.length();
        assertThat(firstLine(bench, folded + "\r\n\r\n" + FaultBench.WHOLE)).matches("closed|HTTP/1.1 (400|401) .*");
        assertThat(bench.upstream().requests()).isEmpty();
        for (HeaderList right : List.of(
                FaultBench.JSON.with("x-api-key", key),
                FaultBench.JSON.with("Authorization", "Bearer " + key),
                FaultBench.JSON.with("x-api-key", key).with("Authorization", "Bearer wrong"))) {
            assertThat(bench.call("POST", "/v1/messages", right, FaultBench.WHOLE)
                            .status())
                    .isEqualTo(200);
        }
        String huge = firstLine(bench, HEAD + "x-api-key: " + "k".repeat(100 << 10) + "\r\nContent-Length: 0\r\n\r\n");
        assertThat(huge).matches("closed|HTTP/1.1 (400|431) .*");
        return "401 each; 100 KB: " + huge;
    }

    private static String webPages(FaultBench bench) throws Exception {
        for (HeaderList headers : List.of(
                FaultBench.JSON.with("Origin", "https://evil.example"),
                FaultBench.JSON.with("Origin", "null"),
                FaultBench.JSON.with("Host", "evil.example"),
                FaultBench.JSON.with("Host", "127.0.0.1.evil.example:8082"),
                FaultBench.JSON.with("Sec-Fetch-Site", "cross-site"))) {
            Response response = bench.call("POST", "/v1/messages", headers, FaultBench.WHOLE);
            bench.refused(response, 403, "permission_error", null);
            assertForNoPage(response);
        }
        for (String host : List.of(
                "",
                "localhost.evil.example",
                "evil.example:8082",
                "localhost:80x",
                "user@localhost:80@evil.example",
                "[::1].evil.example",
                "localhost, evil.example",
                "0.0.0.0.evil.example")) {
            Response response = bench.call("GET", "/health", HeaderList.of("Host", host), "");
            assertThat(response.status()).as("Host: %s", host).isIn(400, 403);
        }
        for (String host : List.of("localhost", "127.0.0.1", "[::1]", "localhost:8082", "127.0.0.1:1", "[::1]:8082")) {
            Response response = bench.call("GET", "/health", HeaderList.of("Host", host), "");
            assertThat(response.status()).as("Host: %s", host).isEqualTo(200);
            assertForNoPage(response);
        }
        HeaderList preflight = HeaderList.of("Origin", "https://evil.example", "Access-Control-Request-Method", "POST");
        Response options = bench.call("OPTIONS", "/v1/messages", preflight, "");
        assertThat(options.status()).isIn(403, 405);
        assertForNoPage(options);
        assertThat(bench.upstream().requests()).isEmpty();
        return "403 each, no upstream call";
    }

    /** A page may read no answer that does not say so. */
    private static void assertForNoPage(Response response) {
        assertThat(response.headers().entries())
                .noneMatch(header -> header.getKey().toLowerCase(Locale.ROOT).startsWith("access-control-"));
    }

    private static String routes(FaultBench bench) throws Exception {
        for (String method : List.of("GET", "PUT", "DELETE", "PATCH")) {
            Response response = bench.call(method, "/v1/messages", HeaderList.of(), "");
            bench.refused(response, 405, "invalid_request_error", null);
            assertThat(response.headers().first("allow")).isEqualTo("POST");
        }
        for (String path : List.of("/v2/messages", "/favicon.ico")) {
            bench.refused(bench.call("POST", path, FaultBench.JSON, FaultBench.WHOLE), 404, "not_found_error", null);
        }
        // some servers do not let such paths come so far
        for (String path : List.of("//v1/messages", "/v1/%6dessages", "/v1/messages/../x")) {
            assertThat(bench.call("POST", path, FaultBench.JSON, FaultBench.WHOLE)
                            .status())
                    .as(path)
                    .isIn(400, 404);
        }
        assertThat(bench.call("HEAD", "/", HeaderList.of(), "").status()).isIn(200, 204);
        assertThat(bench.upstream().requests()).isEmpty();
        return "405; 404; HEAD / 200";
    }

    private static String queries(FaultBench bench) throws Exception {
        bench.upstream().alwaysReply(request -> bench.api().whole("Hello"));
        assertThat(bench.call("POST", "/v1/messages?beta=true", FaultBench.JSON, FaultBench.WHOLE)
                        .status())
                .isEqualTo(200);
        StringBuilder many = new StringBuilder("/v1/messages?a=1");
        for (int i = 0; i < 1000; i++) {
            many.append("&p").append(i).append("=1");
        }
        int manyStatus = bench.call("POST", many.toString(), FaultBench.JSON, FaultBench.WHOLE)
                .status();
        assertThat(manyStatus).isIn(200, 400, 414);
        String line = firstLine(bench, HEAD.replace("messages ", "messages?" + "x".repeat(20_000) + " ") + "\r\n");
        assertThat(line).startsWith("HTTP/1.1 414 ");
        return "200; " + manyStatus + "; 414";
    }

    private static String modelNames(FaultBench bench) throws Exception {
        bench.upstream().alwaysReply(request -> bench.api().whole("Hello"));
        for (String name : List.of("a\\r\\nSet-Cookie: x", "\\u001b[31mred")) {
            Response response = bench.post(FaultBench.WHOLE.replace("claude-sonnet-4-5", name));
            assertThat(response.status()).isIn(200, 400);
            assertThat(response.headers().first("set-cookie")).isNull();
        }
        bad(bench, FaultBench.WHOLE.replace("claude-sonnet-4-5", "m".repeat(MEBIBYTE)), "model");
        return "harmless; 400 above 1 KB";
    }

    private static String modelNamesInTheLog(FaultBench bench) throws Exception {
        bench.upstream().alwaysReply(request -> bench.api().whole("Hello"));
        List<String> names =
                List.of("a\\r\\nforged", "a\\nforged", "\\u001b[31mred", "a\\u2028forged", "m".repeat(900));
        List<String> log;
        try (ProxyProcess process = start(bench)) {
            for (String name : names) {
                String body = FaultBench.WHOLE.replace("claude-sonnet-4-5", name);
                TestClient.call(process.address(), "POST", "/v1/messages", FaultBench.JSON, body);
            }
            log = logOf(process);
        }
        assertThat(log)
                .noneMatch(line -> line.startsWith("forged"))
                .noneMatch(line -> line.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == 0x2028));
        assertThat(log.stream().filter(line -> line.contains("attempts=1"))).hasSize(names.size());
        return "one line each, nothing in it that a terminal obeys";
    }

    private static String images(FaultBench bench) throws Exception {
        bench.upstream().alwaysReply(request -> bench.api().whole("Hello"));
        try (ServerSocket canary = new ServerSocket(0)) {
            canary.setSoTimeout(500);
            String url = "http://127.0.0.1:" + canary.getLocalPort() + "/x.png";
            assertThat(bench.post(image("{\"type\":\"url\",\"url\":\"" + url + "\"}"))
                            .status())
                    .isIn(200, 400);
            boolean fetched;
            try {
                canary.accept().close();
                fetched = true;
            } catch (SocketTimeoutException e) {
                fetched = false;
            }
            assertThat(fetched).as("fetched").isFalse();
        }
        bad(bench, image("{\"type\":\"url\",\"url\":\"file:///etc/passwd\"}"));
        String data = "A".repeat(25 * MEBIBYTE);
        Response large =
                bench.post(image("{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"" + data + "\"}"));
        assertThat(large.status()).as(large.text()).isEqualTo(200);
        Request last =
                bench.upstream().requests().get(bench.upstream().requests().size() - 1);
        assertThat(last.body().length).isGreaterThan(data.length());
        return "never fetched; 400; served";
    }

    private static String image(String source) {
        return FaultBench.WHOLE.replace("\"Hello\"", "[{\"type\":\"image\",\"source\":" + source + "}]");
    }
}
