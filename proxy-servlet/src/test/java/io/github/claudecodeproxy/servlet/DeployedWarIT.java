package io.github.claudecodeproxy.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The WAR that the build made, in a distribution of Tomcat as it is downloaded, started and stopped by its scripts. */
@Timeout(300)
@Tag("deployed")
class DeployedWarIT {

    private static final Path TARGET = Path.of("target");
    private static final String KEY = "sk-canary-of-the-upstream";
    private static final HeaderList JSON =
            HeaderList.of("Content-Type", "application/json").with("x-api-key", "of-clients");
    private static final String STREAM = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64,\"stream\":true,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"canary of the prompt\"}]}";
    private static final String WHOLE = STREAM.replace("\"stream\":true,", "");

    @ParameterizedTest
    @ValueSource(strings = {"tomcat-10.1", "tomcat-11"})
    void worksAndStops(String distribution) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TomcatInstallation tomcat = TomcatInstallation.in(TARGET.resolve(distribution))) {
            Path war = Path.of(System.getProperty("war"));
            Map<String, String> settings = Map.of(
                    "OPENAI_API_KEY", KEY, "OPENAI_BASE_URL", upstream.baseUrl().toString());
            tomcat.deploy("claude", war, Duration.ofSeconds(60), with(settings, "ANTHROPIC_API_KEY", "of-clients"));
            tomcat.deploy("local", war, Duration.ofSeconds(2), settings);
            tomcat.deploy("wrong", war, Duration.ofSeconds(2), Map.of("OPENAI_BASE_URL", "ftp://canary.example"));
            tomcat.start("/claude/health");

            answers(upstream, tomcat);
            streams(upstream, tomcat);
            refuses(tomcat);
            stopsWithoutCuttingAStream(upstream, tomcat);

            assertThat(tomcat.log())
                    .contains("status=200")
                    .contains("Not started: OPENAI_BASE_URL")
                    .doesNotContain("canary");
            assertThat(tomcat.log().lines().filter(line -> line.contains("failed to stop it")))
                    .isEmpty();
        }
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        Map<String, String> all = new TreeMap<>(settings);
        all.put(name, value);
        return all;
    }

    private static Response post(TomcatInstallation tomcat, String path, HeaderList headers, String body)
            throws Exception {
        return TestClient.call(tomcat.address(), "POST", path, headers, body);
    }

    private static void answers(ScriptedUpstream upstream, TomcatInstallation tomcat) throws Exception {
        upstream.alwaysReply(request -> Reply.json(200, Chunks.completion("Hello, you.")));
        Response answer = post(tomcat, "/claude/v1/messages", JSON, WHOLE);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().at("/content/0/text").asText()).isEqualTo("Hello, you.");
        assertThat(upstream.requests().get(0).header("authorization")).isEqualTo("Bearer " + KEY);
        Response counted = post(tomcat, "/claude/v1/messages/count_tokens", JSON, WHOLE);
        assertThat(counted.json().path("input_tokens").asInt()).isPositive();
        // without a client key this machine is served
        assertThat(post(tomcat, "/local/v1/messages", JSON, WHOLE).status()).isEqualTo(200);
    }

    private static void streams(ScriptedUpstream upstream, TomcatInstallation tomcat) throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        upstream.reply(Reply.streaming()
                .sse(Chunks.role(), Chunks.text("one"))
                .pause(second)
                .sse(Chunks.text("two"), Chunks.finish("stop"), Chunks.usage(12, 3))
                .done()
                .end());
        try (TestClient client = TestClient.connect(tomcat.address())) {
            client.send("POST", "/claude/v1/messages", JSON, STREAM);
            ResponseReader stream = client.response();
            String before = stream.readUntil("\"one\"");
            second.countDown();
            String all = before + stream.readToEnd();
            assertThat(ClaudeGrammar.check(all)).isEmpty();
            assertThat(ClaudeGrammar.messageOf(all).at("/content/0/text").asText())
                    .isEqualTo("onetwo");
        }
    }

    private static void refuses(TomcatInstallation tomcat) throws Exception {
        HeaderList guess = HeaderList.of("Content-Type", "application/json").with("x-api-key", "guess");
        assertError(post(tomcat, "/claude/v1/messages", guess, WHOLE), 401, "authentication_error");
        assertError(post(tomcat, "/claude/nowhere", JSON, "{}"), 404, "not_found_error");
        assertError(post(tomcat, "/claude/v1/messages", JSON, "{"), 400, "invalid_request_error");
        assertError(
                post(tomcat, "/local/v1/messages", JSON.with("X-Forwarded-For", "127.0.0.1"), WHOLE),
                403,
                "permission_error");
        assertError(post(tomcat, "/wrong/v1/messages", JSON, WHOLE), 503, "api_error");
    }

    private static void assertError(Response response, int status, String type) {
        assertThat(response.status()).as(response.text()).isEqualTo(status);
        assertThat(response.json().at("/error/type").asText()).isEqualTo(type);
    }

    private static Reply waiting(CountDownLatch rest) {
        return Reply.streaming()
                .sse(Chunks.role(), Chunks.text("one"))
                .pause(rest)
                .sse(Chunks.text("two"), Chunks.finish("stop"), Chunks.usage(12, 3))
                .done()
                .end();
    }

    private static void stopsWithoutCuttingAStream(ScriptedUpstream upstream, TomcatInstallation tomcat)
            throws Exception {
        CountDownLatch rest = new CountDownLatch(1);
        upstream.alwaysReply(request -> waiting(rest));
        try (TestClient patient = TestClient.connect(tomcat.address());
                TestClient hasty = TestClient.connect(tomcat.address())) {
            patient.send("POST", "/claude/v1/messages", JSON, STREAM);
            ResponseReader whole = patient.response();
            String begun = whole.readUntil("\"one\"");
            hasty.send("POST", "/local/v1/messages", JSON, STREAM);
            ResponseReader cut = hasty.response();
            String all = cut.readUntil("\"one\"");
            tomcat.stop();
            all += cut.readToEnd();
            assertThat(ClaudeGrammar.check(all)).isEmpty();
            assertThat(all)
                    .contains("event: error", "overloaded_error", "was stopped")
                    .doesNotContain("message_stop");
            rest.countDown();
            assertThat(ClaudeGrammar.messageOf(begun + whole.readToEnd())
                            .at("/content/0/text")
                            .asText())
                    .isEqualTo("onetwo");
        }
        assertThat(tomcat.awaitEnd()).isTrue();
    }
}
