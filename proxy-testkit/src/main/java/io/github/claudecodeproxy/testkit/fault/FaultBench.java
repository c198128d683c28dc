package io.github.claudecodeproxy.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.UpstreamApi;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one check works with: a scripted upstream, the product, which starts when it is first needed, and words to say
 * what must come of it. No method takes or returns null unless it says so. Used by one thread.
 */
public final class FaultBench implements AutoCloseable {

    /** A request for a stream. */
    public static final String STREAM =
            "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":100,\"stream\":true,\"messages\":[{\"role\":\"user\","
                    + "\"content\":\"Hello\"}]}";

    /** The same for a whole answer. */
    public static final String WHOLE = STREAM.replace("\"stream\":true,", "");

    /** The upstream's key: no client must ever see it. */
    public static final String KEY = "sk-fault-canary-0123456789";

    /** What a test gives anything that must happen soon; only a hang takes longer. */
    public static final Duration SOON = Duration.ofSeconds(20);

    static final HeaderList JSON = HeaderList.of("Content-Type", "application/json");
    private static final String MESSAGES = "/v1/messages";

    // a stack trace, a class of ours or the JDK's, an address, a page, a key
    private static final Pattern LEAK = Pattern.compile(
            "\\bat [a-z]+\\.[a-z.]+\\(|(?:java|sun|jdk|io)\\.[a-z]+\\.|Exception\\b|127\\.0\\.0\\.1|localhost|<html|<body|"
                    + KEY,
            Pattern.CASE_INSENSITIVE);

    private final ProxyTarget target;
    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private URI upstreamAddress = upstream.baseUrl();
    private ProxySetup setup = ProxySetup.defaults().with("MAX_RETRIES", "0");
    private ProxyTarget.@Nullable RunningProxy running;

    FaultBench(ProxyTarget target) {
        this.target = target;
    }

    /** What the upstream speaks. */
    public UpstreamApi api() {
        return target.api();
    }

    /** The settings by which the product, as a process of its own, calls the upstream. */
    Map<String, String> environment() {
        Map<String, String> environment =
                new HashMap<>(settings(ProxySetup.defaults()).variables());
        environment.put("OPENAI_BASE_URL", upstream.baseUrl().toString());
        environment.put("PORT", "0");
        return environment;
    }

    /** The same setup, for the upstream's key and API. */
    private ProxySetup settings(ProxySetup value) {
        ProxySetup withKey = value.with("OPENAI_API_KEY", KEY);
        return api() == UpstreamApi.CHAT ? withKey : withKey.with("UPSTREAM_API", api().setting());
    }

    /** The product, to start in other ways. */
    public ProxyTarget target() {
        return target;
    }

    /** The upstream. */
    public ScriptedUpstream upstream() {
        return upstream;
    }

    /** Starts the product anew with another setup; unlike with the default one, it retries as it does by default. */
    public FaultBench setup(ProxySetup value) {
        stop();
        setup = value;
        return this;
    }

    /**
     * Lets a product that notices only by writing that a client left write so often that it does so soon, but not so often
     * that another limit ends the call before.
     */
    void notice() {
        if (!target.watchesClients()) {
            setup(setup.withSpeed(10));
        }
    }

    /** Requests whose clients the product sees leave: without a watch, those that it writes to before the answer. */
    List<String> noticed() {
        return target.watchesClients() ? List.of(STREAM, WHOLE) : List.of(STREAM);
    }

    /** Starts the product anew with another upstream. */
    public FaultBench upstream(URI address) {
        stop();
        upstreamAddress = address;
        return this;
    }

    /** Where the product listens. */
    public URI address() throws Exception {
        ProxyTarget.RunningProxy proxy = running;
        if (proxy == null) {
            proxy = target.start(upstreamAddress, settings(setup));
            running = proxy;
        }
        return proxy.address();
    }

    /** A connection to the product. */
    public TestClient connect() throws Exception {
        return TestClient.connect(address());
    }

    /** Asks for a stream and reads the answer to its end. */
    public Response stream() throws Exception {
        return post(STREAM);
    }

    /** Asks for a whole message. */
    public Response whole() throws Exception {
        return post(WHOLE);
    }

    /** Posts this body as JSON to the messages route. */
    public Response post(String body) throws Exception {
        return call("POST", MESSAGES, JSON, body);
    }

    /** Makes any call on a connection of its own. */
    public Response call(String method, String path, HeaderList headers, String body) throws Exception {
        return checked(TestClient.call(address(), method, path, headers, body));
    }

    /** Sends a request on this connection without waiting for its answer. */
    public void send(TestClient client, String body) throws IOException {
        client.send("POST", MESSAGES, JSON, body);
    }

    /**
     * Asserts that a call was refused before anything was sent, in Anthropic's envelope.
     *
     * @param shouldRetry what {@code x-should-retry} must say; null when it does not matter
     * @return the outcome in short
     */
    public String refused(Response response, int status, String type, @Nullable Boolean shouldRetry) {
        assertThat(response.status()).as(response.text()).isEqualTo(status);
        assertThat(response.headers().first("content-type")).startsWith("application/json");
        assertThat(response.json().at("/type").asText()).isEqualTo("error");
        assertThat(response.json().at("/error/type").asText()).isEqualTo(type);
        assertThat(response.json().at("/error/message").asText()).isNotBlank();
        assertThat(response.json().at("/request_id").asText())
                .isNotBlank()
                .isEqualTo(response.headers().first("request-id"));
        if (shouldRetry != null) {
            assertThat(response.headers().first("x-should-retry")).isEqualTo(shouldRetry.toString());
        }
        checked(response);
        String retry = shouldRetry == null ? "" : ", should-retry " + shouldRetry;
        return status + " " + type + retry;
    }

    /**
     * Asserts that a stream that had begun was ended by an error event, and by nothing that looks complete.
     *
     * @return the outcome in short
     */
    public String broken(String stream, String type) {
        assertThat(ClaudeGrammar.check(stream)).as(stream).isEmpty();
        assertThat(stream).contains("event: error\n").doesNotContain("message_stop");
        assertThat(stream.substring(stream.lastIndexOf("event: ")))
                .contains("event: error", "\"type\":\"" + type + "\"")
                .doesNotContainPattern(LEAK);
        return "event: error " + type;
    }

    /** Asserts that a stream is complete, and gives the message that it makes. */
    public ObjectNode message(Response stream) {
        assertThat(stream.status()).as(stream.text()).isEqualTo(200);
        assertThat(ClaudeGrammar.check(stream.text())).as(stream.text()).isEmpty();
        assertThat(stream.text()).contains("event: message_stop").doesNotContain("event: error");
        return ClaudeGrammar.messageOf(stream.text());
    }

    /** Asserts that a stream or a whole message is complete and says this text. */
    public String says(Response response, String text) {
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        String type = String.valueOf(response.headers().first("content-type"));
        ObjectNode message = type.startsWith("text/event-stream") ? message(response) : (ObjectNode) response.json();
        assertThat(message.at("/content/0/text").asText()).isEqualTo(text);
        return "200, whole";
    }

    /** Asserts that the upstream sees the connection of its last request closed by the proxy. */
    public void letGo() throws Exception {
        int last = Math.max(0, upstream.requests().size() - 1);
        upstream.awaitRequest(last).connectionClosed().get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    /** Asserts that whatever the upstream was asked, it was asked on its API. */
    void askedOnItsApi() {
        assertThat(upstream.requests())
                .allSatisfy(request -> assertThat(request.path()).endsWith(api().path()));
    }

    /** Asserts that the product serves on: a call that nothing disturbs succeeds. */
    public void servesOn() throws Exception {
        Response health = call("GET", "/health", HeaderList.of(), "");
        assertThat(health.status()).isEqualTo(200);
    }

    private Response checked(Response response) {
        if (response.status() >= 400) {
            assertThat(response.text()).doesNotContainPattern(LEAK);
        }
        assertThat(response.headers().first("server")).isNull();
        return response;
    }

    private void stop() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    @Override
    public void close() {
        stop();
        upstream.close();
    }
}
