package io.github.claudecodeproxy.sdk;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.AnthropicClientImpl;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.sdk.SdkBench;
import io.github.claudecodeproxy.upstream.JdkUpstreamClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The library in front of an engine in this process. */
final class InProcess implements SdkBench {

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final JdkUpstreamClient calls;
    private final ProxyEngine engine;

    private InProcess(@Nullable String clientKey) {
        ProxySettings settings = ProxySettings.builder()
                .upstreamKey("sk-of-the-upstream")
                .baseUrl(upstream.baseUrl())
                .clientKey(clientKey)
                .maxRetries(0)
                .build();
        calls = settings.upstreamClient().build();
        engine = new ProxyEngine(settings, calls);
    }

    static InProcess start(@Nullable String clientKey) {
        return new InProcess(clientKey);
    }

    @Override
    public ScriptedUpstream upstream() {
        return upstream;
    }

    @Override
    public AnthropicClient client(String key, int retries) {
        return new AnthropicClientImpl(EngineHttpClient.of(engine)
                .options()
                .putHeader("x-api-key", key)
                .responseValidation(true)
                .maxRetries(retries)
                .timeout(Duration.ofSeconds(30))
                .build());
    }

    @Override
    public void close() {
        engine.close();
        calls.close();
        upstream.close();
        if (!upstream.failures().isEmpty()) {
            throw new AssertionError(String.join("\n", upstream.failures()));
        }
    }
}
