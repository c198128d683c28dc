package io.github.claudecodeproxy.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.UpstreamApi;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Rows 77 to 86: the process, and what many clients do to it. */
final class ProcessFaults {

    private static final int STREAMS = 20;
    private static final int MEBIBYTE = 1 << 20;
    private static final Path OWN_FILES = Path.of("/proc/self/fd");

    private ProcessFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault(56, "1,000 streams cut off by their clients", ProcessFaults::thousandAborts),
                new Fault(77, "SIGTERM during streams", ProcessFaults::terminated),
                new Fault(77, "SIGTERM, and the grace is over", ProcessFaults::graceOver),
                new Fault(77, "SIGTERM twice", ProcessFaults::terminatedTwice).sameOnEveryApi(Fault.ANY_ANSWER),
                new Fault(77, "SIGKILL during streams", ProcessFaults::killed),
                new Fault(78, "no more files to open", ProcessFaults::outOfFiles).sameOnEveryApi(Fault.ANY_ANSWER),
                new Fault(79, "64 bodies of 10 MB in a heap of 256 MB", ProcessFaults::heapFull),
                new Fault(80, "a handler throws an Error", ProcessFaults::handlerFails).sameOnEveryApi(Fault.NO_CALL),
                new Fault(80, "out of memory", ProcessFaults::outOfMemory).sameOnEveryApi(Fault.NO_CALL),
                new Fault(81, "nobody reads the log", ProcessFaults::logBlocked),
                Fault.notRunHere(
                        82,
                        "clock jumps by an hour",
                        "faketime -f '+0' bin/claude-code-proxy --demo, then date -s '+1 hour' in mid-stream; no timer"
                                + " of the engine reads the wall clock, see ArchitectureTest"),
                new Fault(83, "custom headers that must not be", ProcessFaults::customHeaders)
                        .sameOnEveryApi(Fault.NO_CALL),
                new Fault(84, "configuration that cannot start", ProcessFaults::cannotStart)
                        .sameOnEveryApi(Fault.NO_CALL),
                new Fault(85, "2,000 slow clients beside normal ones", ProcessFaults::slowloris)
                        .sameOnEveryApi(Fault.ANY_ANSWER),
                new Fault(86, "10,000 connections without a byte", ProcessFaults::emptyConnections)
                        .sameOnEveryApi(Fault.NO_CALL));
    }

    private static Map<String, String> environment(FaultBench bench, String... more) {
        Map<String, String> environment = bench.environment();
        environment.put("MAX_RETRIES", "0");
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    private static ProxyProcess start(FaultBench bench, List<String> options, String... more) throws IOException {
        return ProxyProcess.start(bench.target().command(options), environment(bench, more), true);
    }

    private static Response get(URI address, String path) throws IOException {
        return TestClient.call(address, "GET", path, HeaderList.of(), "");
    }

    private static Response post(URI address, String body) throws IOException {
        return TestClient.call(address, "POST", "/v1/messages", FaultBench.JSON, body);
    }

    /** Streams that have begun, and wait for the latch to go on. */
    private static List<Begun> begin(FaultBench bench, URI address, CountDownLatch latch) throws IOException {
        UpstreamApi api = bench.api();
        bench.upstream()
                .alwaysReply(request -> Reply.streaming()
                        .sse(api.begin(), api.text("Hel"))
                        .pause(latch)
                        .sse(api.text("lo"), api.finish("stop"))
                        .sse(api.last())
                        .end());
        List<Begun> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            TestClient client = TestClient.connect(address);
            client.send("POST", "/v1/messages", FaultBench.JSON, FaultBench.STREAM);
            ResponseReader reader = client.response();
            streams.add(new Begun(client, reader, reader.readUntil("Hel")));
        }
        return streams;
    }

    private record Begun(TestClient client, ResponseReader reader, String before) implements AutoCloseable {

        String rest() throws IOException {
            return before + reader.readToEnd();
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private static String terminated(FaultBench bench) throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        try (ProxyProcess process = start(bench, List.of())) {
            URI address = process.address();
            List<Begun> streams = begin(bench, address, latch);
            process.terminate();
            Response ready = get(address, "/readyz");
            for (int i = 0; ready.status() == 200 && i < 100; i++) {
                Thread.sleep(20);
                ready = get(address, "/readyz");
            }
            bench.refused(ready, 503, "api_error", true);
            Response refused = post(address, FaultBench.STREAM);
            bench.refused(refused, 503, "api_error", true);
            assertThat(refused.headers().first("connection")).isEqualTo("close");
            assertThat(get(address, "/health").status()).isEqualTo(200);
            latch.countDown();
            for (Begun stream : streams) {
                bench.message(new Response(200, stream.reader().headers(), stream.rest()));
                stream.close();
            }
            assertThat(process.exit()).isZero();
        }
        return STREAMS + " of " + STREAMS + " streams end with message_stop, new calls 503, exit 0";
    }

    private static String graceOver(FaultBench bench) throws Exception {
        try (ProxyProcess process = start(bench, List.of(), "SHUTDOWN_GRACE", "1")) {
            List<Begun> streams = begin(bench, process.address(), new CountDownLatch(1));
            process.terminate();
            for (Begun stream : streams) {
                bench.broken(stream.rest(), "overloaded_error");
                stream.close();
            }
            assertThat(process.exit()).isZero();
        }
        return "event: error overloaded_error for each, exit 0";
    }

    private static String terminatedTwice(FaultBench bench) throws Exception {
        try (ProxyProcess process = start(bench, List.of(), "SHUTDOWN_GRACE", "3600")) {
            URI address = process.address();
            List<Begun> streams = begin(bench, address, new CountDownLatch(1));
            process.terminate();
            while (get(address, "/readyz").status() == 200) {
                Thread.sleep(20);
            }
            process.terminate();
            int exit = process.exit();
            for (Begun stream : streams) {
                stream.close();
            }
            return "exit " + exit + " at once";
        }
    }

    private static String killed(FaultBench bench) throws Exception {
        try (ProxyProcess process = start(bench, List.of())) {
            List<Begun> streams = begin(bench, process.address(), new CountDownLatch(1));
            process.kill();
            for (Begun stream : streams) {
                assertThat(stream.reader().endsCleanly()).as("looks complete").isFalse();
                stream.close();
            }
            bench.upstream().awaitOpenConnections(0, FaultBench.SOON);
        }
        return "every stream is cut, none looks complete; no upstream socket left";
    }

    private static String outOfFiles(FaultBench bench) throws Exception {
        bench.upstream().alwaysReply(request -> bench.api().whole("Hello"));
        List<Socket> idle = new ArrayList<>();
        try (ProxyProcess process = ProxyProcess.limited(256, bench.target().command(List.of()), environment(bench))) {
            URI address = process.address();
            try (TestClient first = TestClient.connect(address)) {
                for (int i = 0; i < 400; i++) {
                    idle.add(new Socket(address.getHost(), address.getPort()));
                }
                // a client that was let in is served, whatever the others do
                Response served = first.exchange("POST", "/v1/messages", FaultBench.JSON, FaultBench.WHOLE);
                assertThat(served.status()).isIn(200, 529);
                assertThat(first.exchange("GET", "/health", HeaderList.of(), "").status())
                        .isEqualTo(200);
                for (Socket socket : idle) {
                    socket.close();
                }
                assertThat(post(address, FaultBench.WHOLE).status()).isEqualTo(200);
                return "256 files, 400 clients: " + served.status() + " meanwhile, 200 afterwards";
            }
        }
    }

    private static String heapFull(FaultBench bench) throws Exception {
        bench.upstream().alwaysReply(request -> bench.api().whole("Hello"));
        String body = FaultBench.WHOLE.replace("Hello", "x".repeat(10 * MEBIBYTE));
        int calls = 64;
        try (ProxyProcess process = start(bench, List.of("-Xmx256m"))) {
            URI address = process.address();
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                answers.add(inThread(() -> statusOf(address, body)));
            }
            int served = 0;
            for (CompletableFuture<Integer> answer : answers) {
                int status = answer.get(FaultBench.SOON.toSeconds() * 3, TimeUnit.SECONDS);
                assertThat(status).isIn(200, 529);
                served += status == 200 ? 1 : 0;
            }
            assertThat(served).isPositive();
            assertThat(process.alive()).isTrue();
            assertThat(post(address, FaultBench.WHOLE).status()).isEqualTo(200);
            return served + " answered, " + (calls - served) + " told 529, process lives";
        }
    }

    /** A refusal comes while the body is still being sent, and may be overtaken by the end of the connection. */
    private static int statusOf(URI address, String body) throws IOException {
        try (TestClient client = TestClient.connect(address)) {
            try {
                client.send("POST", "/v1/messages", FaultBench.JSON, body);
            } catch (SocketException e) {
                // refused in the middle: the answer is there to read
            }
            return client.response().status();
        }
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> CompletableFuture<T> inThread(Work<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        done.complete(work.run());
                    } catch (Exception | AssertionError e) {
                        done.completeExceptionally(e);
                    }
                },
                "client");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private static String handlerFails(FaultBench bench) throws Exception {
        String outcome = "";
        for (Error error :
                List.of(new StackOverflowError("canary"), new AssertionError("canary"), new LinkageError("canary"))) {
            try (ProxyTarget.RunningProxy broken =
                    bench.target().startThrowing(bench.upstream().baseUrl(), error)) {
                Response response = post(broken.address(), FaultBench.STREAM);
                assertThat(response.text()).doesNotContain("canary");
                assertThat(response.status()).isEqualTo(500);
                assertThat(response.json().at("/error/type").asText()).isEqualTo("api_error");
                assertThat(get(broken.address(), "/health").status()).isEqualTo(200);
                outcome = "500 api_error, served on";
            }
        }
        return outcome;
    }

    private static String outOfMemory(FaultBench bench) throws Exception {
        // a call that is alone is let in whatever its size, so that one can be too much for a small heap
        String body = FaultBench.WHOLE.replace("Hello", "x".repeat(30 * MEBIBYTE));
        try (ProxyProcess process = start(bench, List.of("-Xmx40m"))) {
            URI address = process.address();
            CompletableFuture<Integer> unused = inThread(() -> statusOf(address, body));
            int exit = process.exit();
            assertThat(exit).isNotZero();
            return "exit " + exit + ", so that whoever watches can start it again";
        }
    }

    private static String logBlocked(FaultBench bench) throws Exception {
        bench.upstream().alwaysReply(request -> bench.api().stream("Hello"));
        int calls = 500;
        try (ProxyProcess process = ProxyProcess.start(
                bench.target().command(List.of()), environment(bench, "LOG_LEVEL", "DEBUG"), false)) {
            URI address = process.address();
            try (TestClient client = TestClient.connect(address)) {
                for (int i = 0; i < calls; i++) {
                    client.send("POST", "/v1/messages", FaultBench.JSON, FaultBench.STREAM);
                    assertThat(client.response().readToEnd()).contains("message_stop");
                }
            }
        }
        return calls + " of " + calls + " streams whole while standard error is full";
    }

    private static String customHeaders(FaultBench bench) {
        String[][] variants = {
            {"CUSTOM_HEADER_X_A", "canary\r\nX-B: b"},
            {"CUSTOM_HEADER_X_A", "canary\0"},
            {"CUSTOM_HEADER_X_A", "canary\u00e9"},
            {"CUSTOM_HEADER_", "canary"},
            {"CUSTOM_HEADER_X A", "canary"},
            {"CUSTOM_HEADER_HOST", "canary"},
            {"CUSTOM_HEADER_CONNECTION", "canary"},
            {"CUSTOM_HEADER_CONTENT_LENGTH", "5"},
            {"CUSTOM_HEADER_EXPECT", "canary"},
            {"CUSTOM_HEADER_UPGRADE", "canary"},
            {"CUSTOM_HEADER_TRANSFER_ENCODING", "chunked"},
            {"CUSTOM_HEADER_TE", "trailers"},
            {"CUSTOM_HEADER_TRAILER", "canary"},
            {"CUSTOM_HEADER_KEEP_ALIVE", "canary"},
            {"CUSTOM_HEADER_PROXY_AUTHORIZATION", "canary"},
            {"CUSTOM_HEADER_HTTP2_SETTINGS", "canary"},
        };
        for (String[] variant : variants) {
            List<String> problems =
                    bench.target().problems(Map.of("OPENAI_API_KEY", FaultBench.KEY, variant[0], variant[1]));
            assertThat(problems).as(variant[0] + "=" + variant[1]).hasSize(1);
            assertThat(problems.get(0)).startsWith(variant[0]).doesNotContain("canary");
        }
        List<String> twice = bench.target()
                .problems(Map.of("OPENAI_API_KEY", FaultBench.KEY, "CUSTOM_HEADER_X_A", "1", "CUSTOM_HEADER_x_a", "2"));
        assertThat(twice).hasSize(1);
        return variants.length + 1 + " of " + (variants.length + 1) + " refused, the variable named";
    }

    private static String cannotStart(FaultBench bench) throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = String.valueOf(taken.getLocalPort());
            for (String[] variant : new String[][] {
                {"PORT", port},
                {"HOST", "0.0.0.0"},
                {"OPENAI_BASE_URL", "ftp://example.com/v1"},
                {"OPENAI_BASE_URL", "https://user:canary@example.com/v1"},
                {"OPENAI_BASE_URL", "https://exam ple.com/v1"},
            }) {
                try (ProxyProcess process = start(bench, List.of(), variant)) {
                    assertThat(process.exit()).as(String.join("=", variant)).isNotZero();
                    List<String> problems = process.output().stream()
                            .filter(line -> line.startsWith("claude-code-proxy:"))
                            .toList();
                    assertThat(problems).as(String.join("=", variant)).hasSize(1);
                    assertThat(problems.get(0)).contains(variant[0]).doesNotContain("canary");
                    assertThat(process.output()).noneMatch(line -> line.startsWith("\tat "));
                }
            }
        }
        return "exit status and one line each";
    }

    private static String slowloris(FaultBench bench) throws Exception {
        bench.setup(ProxySetup.defaults().with(ProxySetup.Timer.REQUEST_HEAD, Duration.ofSeconds(4)));
        bench.upstream().alwaysReply(request -> bench.api().whole("Hello"));
        List<TestClient> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 2000; i++) {
                TestClient client = bench.connect();
                client.sendRaw("POST /v1/messages HTTP/1.1\r\nHost: loc");
                slow.add(client);
            }
            try (TestClient normal = bench.connect()) {
                for (int i = 0; i < 50; i++) {
                    assertThat(normal.exchange("POST", "/v1/messages", FaultBench.JSON, FaultBench.WHOLE)
                                    .status())
                            .isEqualTo(200);
                }
            }
            for (TestClient client : slow) {
                client.awaitClosed();
            }
        } finally {
            for (TestClient client : slow) {
                client.close();
            }
        }
        return "50 of 50 normal calls answered, 2,000 slow ones cut off";
    }

    private static String emptyConnections(FaultBench bench) throws Exception {
        bench.servesOn();
        int connections = 10_000;
        long files = files();
        URI address = bench.address();
        for (int i = 0; i < connections; i++) {
            new Socket(address.getHost(), address.getPort()).close();
        }
        bench.servesOn();
        long end = System.nanoTime() + FaultBench.SOON.toNanos();
        while (files() > files + 5 && System.nanoTime() < end) {
            Thread.sleep(100);
        }
        assertThat(files()).as("open files").isLessThanOrEqualTo(files + 5);
        return connections + " connections, open files " + files + " before, " + files() + " after";
    }

    /** Open files of this process, where the system tells. */
    private static long files() throws IOException {
        if (!Files.isDirectory(OWN_FILES)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(OWN_FILES)) {
            return open.count();
        }
    }

    private static String thousandAborts(FaultBench bench) throws Exception {
        UpstreamApi api = bench.api();
        bench.notice();
        bench.upstream()
                .alwaysReply(request ->
                        Reply.streaming().sse(api.begin(), api.text("Hel")).stall());
        abort(bench, 1000);
        long threads = settledThreads();
        long heap = heap();
        abort(bench, 1000);
        bench.upstream().awaitOpenConnections(0, FaultBench.SOON);
        long end = System.nanoTime() + FaultBench.SOON.toNanos();
        while (settledThreads() > threads + 5 && System.nanoTime() < end) {
            Thread.sleep(100);
        }
        assertThat(settledThreads()).as("threads").isLessThanOrEqualTo(threads + 5);
        long growth = heap() - heap;
        // the scripted upstream keeps a record of each request, some KB
        assertThat(growth).as("growth of the heap").isLessThan(12L * MEBIBYTE);
        return "no upstream socket, " + (settledThreads() - threads) + " more threads, heap grew by " + (growth >> 10)
                + " KB with the upstream's records";
    }

    private static void abort(FaultBench bench, int streams) throws Exception {
        for (int i = 0; i < streams; i++) {
            try (TestClient client = bench.connect()) {
                bench.send(client, FaultBench.STREAM);
                client.response().readUntil("Hel");
                if (i % 2 == 0) {
                    client.reset();
                }
            }
        }
    }

    private static long settledThreads() {
        return Thread.getAllStackTraces().size();
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
