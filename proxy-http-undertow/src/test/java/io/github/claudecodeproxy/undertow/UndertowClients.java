package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.upstream.HttpProxy;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Clients on the I/O threads of a server that serves nobody. Thread-safe. */
public final class UndertowClients implements AutoCloseable {

    private final UndertowProxy server =
            UndertowProxy.builder(exchange -> {}).port(0).upstreams().build();

    /** No client yet. */
    public UndertowClients() {}

    /** One more client; null stands for the JDK's default, and for no proxy. */
    public UpstreamClient client(Duration connect, @Nullable SSLContext tls, @Nullable URI address) {
        HttpProxy proxy = address == null ? null : HttpProxy.at(address, Set.of());
        return server.upstreamClient(new UpstreamWay(connect, tls, proxy == null ? null : proxy.selector(), proxy));
    }

    /** One that asks this for the way. */
    public UpstreamClient client(Duration connect, ProxySelector selector) {
        return server.upstreamClient(new UpstreamWay(connect, null, selector, null));
    }

    @Override
    public void close() {
        server.close();
    }
}
