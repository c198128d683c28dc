package io.github.claudecodeproxy.undertow;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.sdk.SdkBench;
import io.github.claudecodeproxy.upstream.JdkUpstreamClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The whole product in this process, between a free port and a scripted upstream: what the launcher starts, but for the
 * launcher itself. Calls are not retried unless the settings say so.
 */
final class RunningProxy implements SdkBench {

    static final String UPSTREAM_KEY = "sk-of-the-upstream";
    static final HeaderList JSON = HeaderList.of("Content-Type", "application/json");

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final JdkUpstreamClient client;
    private final ProxyEngine engine;
    private final UndertowProxy server;

    private RunningProxy(Map<String, String> variables, UnaryOperator<ProxySettings.Builder> change) {
        ProxySettings.Builder read = ProxySettings.read(variables).toBuilder();
        ProxySettings settings = change.apply(read.upstreamKey(UPSTREAM_KEY)
                        .baseUrl(upstream.baseUrl())
                        .maxRetries(0))
                .build();
        client = JdkUpstreamClient.builder()
                .connectTimeout(settings.timeouts().connect())
                .build();
        engine = new ProxyEngine(settings, client);
        server = UndertowProxy.builder(engine::handle).port(0).build().start();
    }

    static RunningProxy start() {
        return start(settings -> settings);
    }

    /** With settings that differ from the defaults. */
    static RunningProxy start(UnaryOperator<ProxySettings.Builder> change) {
        return new RunningProxy(Map.of("OPENAI_API_KEY", UPSTREAM_KEY), change);
    }

    /** With settings read from variables; the upstream's key and address are added. */
    static RunningProxy start(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("OPENAI_API_KEY", UPSTREAM_KEY);
        return new RunningProxy(all, settings -> settings);
    }

    @Override
    public AnthropicClient client(String key, int retries) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(address().toString())
                .apiKey(key)
                .responseValidation(true)
                .maxRetries(retries)
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    @Override
    public ScriptedUpstream upstream() {
        return upstream;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    TestClient connect() throws IOException {
        return TestClient.connect(server.port());
    }

    Response get(String target, String... headers) throws IOException {
        return call("GET", target, HeaderList.of(headers), "");
    }

    /** Posts JSON on a connection of its own. */
    Response post(String target, String body) throws IOException {
        return call("POST", target, JSON, body);
    }

    Response call(String method, String target, HeaderList headers, String body) throws IOException {
        return TestClient.call(address(), method, target, headers, body);
    }

    /** Ends everything; what the upstream found wrong with its requests fails the test. */
    @Override
    public void close() {
        server.close();
        engine.close();
        client.close();
        upstream.close();
        if (!upstream.failures().isEmpty()) {
            throw new AssertionError(String.join("\n", upstream.failures()));
        }
    }
}
