package io.github.claudecodeproxy.examples;

import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.upstream.UpstreamCall;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamListener;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One proxy for several tenants: each has a client key, and a token for the provider that changes by the hour. Each gets
 * an engine of its own, and all engines share one upstream client and its connections. Thread-safe.
 */
public final class Tenants implements AutoCloseable {

    private final UpstreamClient connections;
    private final Map<String, ProxyEngine> engines = new HashMap<>();
    private final ProxyEngine strangers;

    /**
     * Engines for all tenants.
     *
     * @param settings what is the same for all
     * @param tokens for each client key, where the tenant's token for the provider comes from; must not block
     */
    public Tenants(ProxySettings settings, Map<String, Supplier<String>> tokens) {
        connections = settings.upstreamClient().build();
        tokens.forEach((key, token) -> engines.put(
                key,
                new ProxyEngine(settings.toBuilder().clientKey(key).build(), new TokenClient(connections, token))));
        // Answers whoever has no key, or a wrong one, as the API does
        strangers = new ProxyEngine(
                settings.toBuilder().clientKey("nobody-has-this").build(), connections);
    }

    /** Hand this to an adapter: {@code UndertowProxy.builder(tenants::handle)}. */
    public void handle(Exchange exchange) {
        String key = exchange.header("x-api-key");
        engines.getOrDefault(key == null ? "" : key, strangers).handle(exchange);
    }

    @Override
    public void close() {
        List.copyOf(engines.values()).forEach(ProxyEngine::close);
        strangers.close();
        connections.close();
    }

    /** Signs each call with the token of the moment. */
    private record TokenClient(UpstreamClient connections, Supplier<String> token) implements UpstreamClient {

        @Override
        public UpstreamCall send(UpstreamRequest request, UpstreamListener listener) {
            return connections.send(request.withHeader("Authorization", "Bearer " + token.get()), listener);
        }

        /** The connections are everybody's. */
        @Override
        public void close() {}
    }
}
