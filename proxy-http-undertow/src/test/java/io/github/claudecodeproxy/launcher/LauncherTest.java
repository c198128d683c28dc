package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the program as a person does: a process of its own, a directory, an environment. */
@Timeout(120)
class LauncherTest {

    private static final String CHUNK = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}";
    private static final String LAST_CHUNK = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir
    Path directory;

    @Test
    void saysItsVersion() throws Exception {
        LaunchedProcess process = launch(Map.of(), "--version");

        assertThat(process.exit()).isZero();
        List<String> lines = process.out();
        assertThat(lines.get(0)).matches("claude-code-proxy \\d+\\.\\d+\\S*");
        assertThat(lines.get(lines.size() - 1))
                .startsWith("Java " + Runtime.version().feature());
        // Sources that were unpacked from an archive have no commit.
        if (Files.exists(Path.of("../.git"))) {
            assertThat(lines).hasSize(3);
            assertThat(lines.get(1)).matches("commit [0-9a-f]{10} of \\d{4}-\\d\\d-\\d\\d(, with changes)?");
        } else {
            assertThat(lines).hasSize(2);
        }
        assertThat(process.err()).isEmpty();
    }

    @Test
    void explainsItself() throws Exception {
        LaunchedProcess process = launch(Map.of(), "--help");

        assertThat(process.exit()).isZero();
        assertThat(String.join("\n", process.out())).contains("--demo", "--env FILE", "--check", "--version");
    }

    @Test
    void aMissingKeyIsOneLine() throws Exception {
        LaunchedProcess process = launch(Map.of());

        assertThat(process.exit()).isEqualTo(2);
        assertThat(process.out()).isEmpty();
        assertThat(process.err())
                .singleElement()
                .asString()
                .startsWith("claude-code-proxy: OPENAI_API_KEY:")
                .contains("--demo");
    }

    @Test
    void anUnknownOptionIsOneLine() throws Exception {
        LaunchedProcess process = launch(Map.of(), "--prot=1");

        assertThat(process.exit()).isEqualTo(2);
        assertThat(process.err()).singleElement().asString().contains("--prot=1");
    }

    @Test
    void otherMachinesWithoutKeyIsOneLine() throws Exception {
        LaunchedProcess process = launch(Map.of("OPENAI_API_KEY", "canary-key", "HOST", "0.0.0.0"));

        assertThat(process.exit()).isEqualTo(2);
        assertThat(process.err()).singleElement().asString().contains("HOST", "ANTHROPIC_API_KEY");
    }

    @Test
    void everyBadValueIsALineAndNoneIsShown() throws Exception {
        // The letter goes through the file: what a process gets in its environment depends on the locale of this one.
        Files.writeString(
                directory.resolve(".env"),
                "OPENAI_API_KEY=canary key\nPORT=canary\nMAX_RETRIES=canary\nCUSTOM_HEADER_X=canary\u00e9\n");

        LaunchedProcess process = launch(Map.of("LOG_LEVEL", "canary"));

        assertThat(process.exit()).isEqualTo(2);
        assertThat(process.err()).hasSize(5).noneMatch(line -> line.contains("canary"));
    }

    @Test
    void aWrongFileOfProvidersIsOneLine() throws Exception {
        Files.writeString(
                directory.resolve("providers.json"),
                "{\"providers\":[{\"name\":\"acme\",\"tools\":{\"max\":\"canary\"}}]}");

        LaunchedProcess process = launch(Map.of("OPENAI_API_KEY", "dummy", "PROVIDERS_FILE", "providers.json"));

        assertThat(process.exit()).isEqualTo(2);
        assertThat(process.err())
                .containsExactly("claude-code-proxy: PROVIDERS_FILE: providers.acme.tools.max: must be a whole number");
    }

    @Test
    void theCheckShowsWhichProviderHolds() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.reply(Reply.json(
                    200, "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"OK\"},\"finish_reason\":\"stop\"}]}"));
            Files.writeString(
                    directory.resolve("providers.json"),
                    "{\"providers\":[{\"name\":\"acme\",\"hosts\":[\"127.0.0.1:" + upstream.port()
                            + "\"],\"body\":{\"route\":\"fast\"}}]}");

            LaunchedProcess process = launch(
                    Map.of(
                            "OPENAI_API_KEY", "dummy",
                            "OPENAI_BASE_URL", upstream.baseUrl().toString(),
                            "PROVIDERS_FILE", "providers.json"),
                    "--check");

            assertThat(process.exit()).isZero();
            assertThat(process.out())
                    .anyMatch(line -> line.startsWith("Provider     acme at "))
                    .anyMatch(line -> line.strip().matches("PROVIDERS_FILE +providers.json \\(environment\\)"));
            assertThat(upstream.requests().get(0).json().path("route").asText()).isEqualTo("fast");
        }
    }

    @Test
    void aPortInUseIsOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());

            LaunchedProcess process = launch(Map.of("OPENAI_API_KEY", "dummy", "PORT", port));

            assertThat(process.exit()).isEqualTo(1);
            assertThat(process.err()).singleElement().asString().contains("PORT", port, "in use");
        }
    }

    @Test
    void stopsWhenTold() throws Exception {
        LaunchedProcess process = launch(Map.of("PORT", "0"), "--demo");
        process.url();

        process.terminate();

        assertThat(process.exit()).isZero();
    }

    @Test
    void anAnswerThatRunsIsCompletedBeforeItStops() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            CountDownLatch goOn = new CountDownLatch(1);
            upstream.reply(Reply.streaming()
                    .sse(CHUNK)
                    .pause(goOn)
                    .sse(LAST_CHUNK)
                    .done()
                    .end());
            LaunchedProcess process = launch(with(upstream));
            InputStream answer = stream(process.url());
            String begin = readTo(answer, "Hello");

            process.terminate();
            awaitRefusal(process.url());
            goOn.countDown();

            assertThat(begin + new String(answer.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("event: message_stop");
            assertThat(process.exit()).isZero();
        }
    }

    @Test
    void anAnswerThatTakesLongerThanTheGraceEndsWithAnError() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.reply(Reply.streaming().sse(CHUNK).stall());
            Map<String, String> impatient = new HashMap<>(with(upstream));
            impatient.put("SHUTDOWN_GRACE", "0");
            LaunchedProcess process = launch(impatient);
            InputStream answer = stream(process.url());
            readTo(answer, "Hello");

            process.terminate();

            assertThat(new String(answer.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("event: error", "overloaded_error")
                    .doesNotContain("message_stop");
            assertThat(process.exit()).isZero();
        }
    }

    @Test
    void aSecondSignalStopsAtOnce() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.reply(Reply.streaming().sse(CHUNK).stall());
            LaunchedProcess process = launch(with(upstream));
            String url = process.url();
            readTo(stream(url), "Hello");

            process.terminate();
            awaitRefusal(url);
            process.terminate();

            assertThat(process.exit()).isEqualTo(143);
        }
    }

    private static Map<String, String> with(ScriptedUpstream upstream) {
        return Map.of(
                "PORT",
                "0",
                "OPENAI_API_KEY",
                "dummy",
                "OPENAI_BASE_URL",
                upstream.baseUrl().toString());
    }

    private static InputStream stream(String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/messages"))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString("{\"model\":\"m\",\"max_tokens\":100,\"stream\":true,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofInputStream())
                .body();
    }

    private static String readTo(InputStream answer, String end) throws Exception {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = answer.read();
            assertThat(next).as("the end of the stream behind %s", read).isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }

    /** Until the process says that it takes no new work. */
    private static void awaitRefusal(String url) throws Exception {
        HttpRequest ready = HttpRequest.newBuilder(URI.create(url + "/readyz")).build();
        long end = System.nanoTime() + 60_000_000_000L;
        while (HttpClient.newHttpClient().send(ready, BodyHandlers.discarding()).statusCode() != 503) {
            assertThat(System.nanoTime()).as("still ready").isLessThan(end);
        }
    }

    @Test
    void theDemoAnswersWholeAndInPieces() throws Exception {
        try (LaunchedProcess process = launch(Map.of("PORT", "0", "OPENAI_API_KEY", "canary-key"), "--demo")) {
            String url = process.url();
            String question = "\"model\":\"claude-sonnet-4-5\",\"max_tokens\":500,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"Good morning\"}]}";

            JsonNode whole = MAPPER.readTree(post(url, "{" + question));
            assertThat(whole.at("/content/0/text").asText()).contains("Good morning");
            assertThat(whole.path("model").asText()).isEqualTo("claude-sonnet-4-5");

            String stream = post(url, "{\"stream\":true," + question);
            assertThat(stream.lines().filter(line -> line.equals("event: content_block_delta")))
                    .hasSizeGreaterThan(20);
            assertThat(stream.lines().filter(line -> line.startsWith("event: ")))
                    .startsWith("event: message_start")
                    .endsWith("event: message_stop");
        }
    }

    @Test
    void whatWasServedIsCountedForPrometheus() throws Exception {
        String call = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":500,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"prompt-canary\"}]}";
        HeaderList key = HeaderList.of("x-api-key", "client-canary");
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                LaunchedProcess process = launch(Map.of(
                        "PORT", "0",
                        "HOST", "127.0.0.1",
                        "OPENAI_API_KEY", "canary-key",
                        "OPENAI_BASE_URL", upstream.baseUrl().toString(),
                        "ANTHROPIC_API_KEY", "client-canary"))) {
            upstream.reply(Reply.json(200, Chunks.completion("answer-canary")));
            URI address = URI.create(process.url());
            HeaderList json = key.with("content-type", "application/json");
            assertThat(TestClient.call(address, "POST", "/v1/messages", json, call)
                            .status())
                    .isEqualTo(200);

            assertThat(TestClient.call(address, "GET", "/metrics", HeaderList.of(), "")
                            .status())
                    .isEqualTo(401);
            Response metrics = TestClient.call(address, "GET", "/metrics", key, "");
            assertThat(metrics.status()).isEqualTo(200);
            assertThat(metrics.headers().first("content-type")).startsWith("text/plain; version=0.0.4");
            assertThat(metrics.text())
                    .contains("claude_proxy_calls_total{model=\"")
                    .contains("outcome=\"end_turn\",status=\"200\"} 1.0")
                    .contains("claude_proxy_calls_in_flight 0.0")
                    .contains("claude_proxy_calls_refused_total 0.0")
                    .contains("claude_proxy_breaker_open{model=\"gpt-4o\",state=\"open\"} 0.0")
                    .doesNotContain("canary");
        }
    }

    @Test
    void openToOtherMachinesNamesOfWebPagesAreRefused() throws Exception {
        Map<String, String> open = Map.of("PORT", "0", "HOST", "0.0.0.0", "ALLOW_UNAUTHENTICATED", "true");
        try (LaunchedProcess process = launch(open, "--demo")) {
            int port = URI.create(process.url()).getPort();

            for (String host : List.of("127.0.0.1", "localhost", "[::1]", "10.1.2.3", "host.docker.internal", "box")) {
                assertThat(status(port, host)).as(host).isEqualTo(200);
            }
            for (String host : List.of("evil.example", "localhost.evil.example", "evil.")) {
                assertThat(status(port, host)).as(host).isEqualTo(403);
            }
        }
    }

    private static int status(int port, String host) throws Exception {
        return TestClient.call(
                        URI.create("http://127.0.0.1:" + port), "GET", "/v1/models", HeaderList.of("Host", host), "")
                .status();
    }

    @Test
    void theDemoCallsATool() throws Exception {
        try (LaunchedProcess process = launch(Map.of("PORT", "0"), "--demo")) {
            JsonNode answer = MAPPER.readTree(post(process.url(), """
                    {"model":"claude-opus-4-5","max_tokens":500,
                     "tools":[{"name":"Bash","input_schema":{"type":"object",
                       "properties":{"command":{"type":"string"}},"required":["command"]}}],
                     "messages":[{"role":"user","content":"list the files here"}]}"""));

            assertThat(answer.path("stop_reason").asText()).isEqualTo("tool_use");
            assertThat(answer.at("/content/0/name").asText()).isEqualTo("Bash");
            assertThat(answer.at("/content/0/input/command").asText()).isEqualTo("ls -la");
        }
    }

    @Test
    void theCheckCallsTheProviderOnce() throws Exception {
        LaunchedProcess process = launch(Map.of(), "--demo", "--check");

        assertThat(process.exit()).isZero();
        assertThat(process.out()).last().asString().startsWith("OK: demo answered");
    }

    /** Which client it is shows in the header that it writes first. */
    @ParameterizedTest
    @CsvSource({"undertow,Host", "jdk,Content-Length"})
    void theCheckCallsWithTheClientOfTheServer(String client, String firstHeader) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.alwaysReply(call -> Reply.json(
                    200, "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"OK\"},\"finish_reason\":\"stop\"}]}"));
            Map<String, String> environment = new HashMap<>(with(upstream));
            environment.put("UPSTREAM_CLIENT", client);

            assertThat(launch(environment, "--check").exit()).isZero();
            assertThat(upstream.requests().get(0).headers().entries().get(0).getKey())
                    .isEqualToIgnoringCase(firstHeader);
        }
    }

    @Test
    void theCheckSaysWhatIsWrongAndWhatToDo() throws Exception {
        int nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closed.getLocalPort();
        }
        String url = "http://127.0.0.1:" + nobody + "/v1";

        LaunchedProcess process = launch(Map.of("OPENAI_API_KEY", "canary-key", "OPENAI_BASE_URL", url), "--check");

        assertThat(process.exit()).isEqualTo(1);
        assertThat(process.out())
                .noneMatch(line -> line.contains("canary"))
                .anyMatch(line -> line.startsWith("Failed: "))
                .last()
                .asString()
                .startsWith("What to do:")
                .contains("OPENAI_BASE_URL", url);
    }

    private LaunchedProcess launch(Map<String, String> environment, String... arguments) throws Exception {
        return LaunchedProcess.start(directory, environment, List.of(arguments));
    }

    private static String post(String url, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/messages"))
                .header("content-type", "application/json")
                .header("x-api-key", "dummy")
                .header("anthropic-version", "2023-06-01")
                .POST(BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }
}
