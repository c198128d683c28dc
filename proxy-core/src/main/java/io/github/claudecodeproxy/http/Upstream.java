package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.provider.Endpoint;
import io.github.claudecodeproxy.translate.Translation;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The upstream of all calls, and the requests that go there. What a client sent in its headers never leaves: the
 * headers are the provider's authentication, the fixed ones below, and those of the settings. Thread-safe.
 */
final class Upstream {

    private final UpstreamClient client;
    private final Endpoint endpoint;
    private final int retries;
    private final RetryBudget retryBudget;
    private final CircuitBreakers breakers;
    private final UpstreamSlots slots;
    private final Map<String, String> jsonHeaders;
    private final Map<String, String> streamHeaders;

    Upstream(UpstreamClient client, ProxySettings settings, RunningCalls running, Timers timers, Executor executor) {
        this.client = client;
        this.endpoint = settings.endpoint();
        this.retries = settings.maxRetries();
        this.retryBudget = new RetryBudget(running::count);
        this.breakers = new CircuitBreakers(timers);
        this.slots = new UpstreamSlots(settings.maxUpstreamConnections(), timers, executor);
        this.jsonHeaders = headers(settings, "application/json");
        this.streamHeaders = headers(settings, "text/event-stream, application/json");
    }

    UpstreamClient client() {
        return client;
    }

    int retries() {
        return retries;
    }

    RetryBudget retryBudget() {
        return retryBudget;
    }

    CircuitBreaker breaker(String upstreamModel) {
        return breakers.of(upstreamModel);
    }

    Map<String, BreakerState> breakerStates() {
        return breakers.states();
    }

    UpstreamSlots slots() {
        return slots;
    }

    UpstreamRequest request(Translation translation) {
        Body body = new Body();
        translation.writeBody(body);
        return new UpstreamRequest(
                "POST",
                endpoint.chatCompletions(translation.upstreamModel()),
                translation.upstreamStreaming() ? streamHeaders : jsonHeaders,
                body.bytes(),
                body.size());
    }

    /** Gives away its own buffer: a request of megabytes is not worth a copy. */
    private static final class Body extends ByteArrayOutputStream {

        byte[] bytes() {
            return buf;
        }
    }

    private Map<String, String> headers(ProxySettings settings, String accept) {
        Map<String, String> headers = new LinkedHashMap<>(endpoint.authentication(settings.upstreamKey()));
        headers.put("Content-Type", "application/json");
        headers.put("Accept", accept);
        headers.put("Accept-Encoding", "identity");
        headers.put("User-Agent", "claude-code-proxy/" + Version.CURRENT);
        settings.customHeaders().forEach((name, value) -> {
            headers.keySet().removeIf(name::equalsIgnoreCase);
            headers.put(name, value);
        });
        return headers;
    }
}
