package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.upstream.UpstreamClient;

/** Stub. */
public final class ProxyEngine implements AutoCloseable {

    /** Stub. */
    public ProxyEngine(ProxySettings settings, UpstreamClient upstream) {}

    /** Answers the exchange, now or later; never throws. */
    public void handle(Exchange exchange) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
