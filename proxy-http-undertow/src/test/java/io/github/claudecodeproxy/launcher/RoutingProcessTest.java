package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Request;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The started program with several upstreams, and with a model whose window is small. */
class RoutingProcessTest {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final HeaderList JSON = HeaderList.of("content-type", "application/json");

    @TempDir
    Path directory;

    private final ScriptedUpstream main = ScriptedUpstream.start();
    private final ScriptedUpstream lab = ScriptedUpstream.start();

    @AfterEach
    void stop() {
        main.close();
        lab.close();
    }

    private LaunchedProcess launch(String... settings) throws Exception {
        Map<String, String> environment = new TreeMap<>(Map.of(
                "OPENAI_API_KEY", "sk-canary-of-main",
                "OPENAI_BASE_URL", main.baseUrl().toString(),
                "UPSTREAM_LAB_BASE_URL", lab.baseUrl().toString(),
                "UPSTREAM_LAB_API_KEY", "sk-canary-of-lab",
                "CUSTOM_HEADER_X_TEAM", "sk-canary-of-team",
                "LOG_LEVEL", "DEBUG",
                "PORT", "0"));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return LaunchedProcess.start(directory, environment, List.of());
    }

    @Test
    void aModelOfAnotherProviderGetsItsKeyAndNothingOfTheMainOne() throws Exception {
        lab.alwaysReply(request -> Reply.json(200, Chunks.completion("from the lab")));
        main.alwaysReply(request -> Reply.json(200, Chunks.completion("from main")));
        try (LaunchedProcess process = launch("SMALL_MODEL", "lab/qwen3:8b")) {
            URI address = URI.create(process.url());
            assertThat(text(call(address, "claude-haiku-4-5", "hi"))).isEqualTo("from the lab");
            assertThat(text(call(address, "lab/llama3", "hi"))).isEqualTo("from the lab");
            assertThat(text(call(address, "claude-opus-4-8", "hi"))).isEqualTo("from main");
            for (Request request : lab.requests()) {
                assertThat(request.headers().first("authorization")).isEqualTo("Bearer sk-canary-of-lab");
                assertThat(request.headers().first("x-team")).isNull();
            }
            assertThat(lab.requests())
                    .extracting(request -> request.json().path("model").asText())
                    .containsExactly("qwen3:8b", "llama3");
            assertThat(main.requests().get(0).headers().first("x-team")).isEqualTo("sk-canary-of-team");
            process.terminate();
            process.exit();
            assertThat(String.join("\n", process.err()) + String.join("\n", process.out()))
                    .doesNotContain("sk-canary");
        }
    }

    /** R11. */
    @Test
    void aPrimaryThatRefusesConnectionsIsNotNoticedInAThousandCalls() throws Exception {
        lab.alwaysReply(request -> request.text().contains("\"stream\":true")
                ? Reply.sse(Chunks.answer("from the lab"))
                : Reply.json(200, Chunks.completion("from the lab")));
        try (LaunchedProcess process =
                launch("OPENAI_BASE_URL", "http://127.0.0.1:" + freePort() + "/v1", "FALLBACK_MODELS", "lab/qwen3")) {
            URI address = URI.create(process.url());
            int errors = 0;
            for (int i = 0; i < 500; i++) {
                errors += text(call(address, "claude-sonnet-4-5", "hi")).equals("from the lab") ? 0 : 1;
                String streamed = stream(address).text();
                errors += streamed.contains("from the lab") && streamed.contains("message_stop") ? 0 : 1;
            }
            assertThat(errors).isZero();
            assertThat(TestClient.call(address, "GET", "/status", JSON, "")
                            .json()
                            .at("/upstream/breakers/gpt-4o")
                            .asText())
                    .isEqualTo("OPEN");
        }
    }

    /** The client grows a conversation as Claude Code does, and is told in the words that make it compact. */
    @Test
    void aConversationThatOutgrowsItsWindowEndsInCompactionAndGoesOn() throws Exception {
        int window = 8000;
        // A provider whose tokens are 3 characters, which the proxy cannot know.
        main.alwaysReply(request -> {
            long tokens = content(request.json()) / 3;
            return tokens > window
                    ? Reply.json(
                            400,
                            Chunks.error(
                                    "This model's maximum context length is " + window
                                            + " tokens. However, your messages" + " resulted in " + tokens + " tokens.",
                                    "invalid_request_error"))
                    : Reply.sse(Chunks.text("ok"), Chunks.finish("stop"), Chunks.usage((int) tokens, 1), "[DONE]");
        });
        try (LaunchedProcess process = launch("BIG_MODEL", "parrot")) {
            URI address = URI.create(process.url());
            List<String> turns = new ArrayList<>();
            int compactions = 0;
            long told = 0;
            for (int turn = 0; turn < 30; turn++) {
                turns.add("turn " + turn + " has some words of its own. ".repeat(60));
                Response answer = stream(address, "claude-opus-4-8", turns);
                if (answer.status() == 400) {
                    assertThat(answer.json().at("/error/message").asText())
                            .matches("prompt is too long: \\d+ tokens > 8000 maximum");
                    turns.subList(0, turns.size() - 2).clear();
                    compactions++;
                    answer = stream(address, "claude-opus-4-8", turns);
                }
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).contains("message_stop");
                told = inputTokens(answer);
            }
            assertThat(compactions).isBetween(1, 15);
            long real = turns.stream().mapToInt(String::length).sum() / 3;
            assertThat((double) told / real).isBetween(0.9, 1.1);
        }
    }

    @Test
    void manyCountsDoNotHoldUpACall() throws Exception {
        main.alwaysReply(request -> Reply.json(200, Chunks.completion("ok")));
        try (LaunchedProcess process = launch()) {
            URI address = URI.create(process.url());
            String prose = IntStream.range(0, 60_000)
                    .mapToObj(i -> "word" + Integer.toString(i * 7919, 36))
                    .collect(Collectors.joining(" "));
            String body =
                    "{\"model\":\"claude-opus-4-8\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prose + "\"}]}";
            List<TestClient> counting = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                TestClient client = TestClient.connect(address);
                client.send("POST", "/v1/messages/count_tokens", JSON, body);
                counting.add(client);
            }
            assertThat(text(call(address, "claude-opus-4-8", "hi"))).isEqualTo("ok");
            for (TestClient client : counting) {
                JsonNode count = MAPPER.readTree(client.response().readToEnd());
                assertThat(count.path("input_tokens").asInt()).isGreaterThan(60_000);
                client.close();
            }
        }
    }

    private static long content(JsonNode request) {
        long characters = 0;
        for (JsonNode message : request.path("messages")) {
            characters += message.path("content").asText().length();
        }
        return characters;
    }

    private static Response call(URI address, String model, String text) throws IOException {
        String body = "{\"model\":\"" + model + "\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\""
                + text + "\"}]}";
        return TestClient.call(address, "POST", "/v1/messages", JSON, body);
    }

    private static Response stream(URI address) throws IOException {
        return stream(address, "claude-sonnet-4-5", List.of("hi"));
    }

    private static Response stream(URI address, String model, List<String> turns) throws IOException {
        String messages = turns.stream()
                .map(turn -> "{\"role\":\"user\",\"content\":\"" + turn + "\"}")
                .collect(Collectors.joining(","));
        String body =
                "{\"model\":\"" + model + "\",\"max_tokens\":100,\"stream\":true,\"messages\":[" + messages + "]}";
        return TestClient.call(address, "POST", "/v1/messages", JSON, body);
    }

    private static long inputTokens(Response streamed) {
        int from = streamed.text().indexOf("\"input_tokens\":") + "\"input_tokens\":".length();
        return Long.parseLong(streamed.text().substring(from).replaceAll("(?s)\\D.*", ""));
    }

    private static String text(Response answer) {
        return answer.json().at("/content/0/text").asText();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
