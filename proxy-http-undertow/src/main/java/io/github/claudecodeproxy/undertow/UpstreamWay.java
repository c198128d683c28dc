package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.upstream.HttpProxy;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How upstreams are reached. Immutable.
 *
 * @param connect how long a connection may take to come about, with its tunnel and TLS
 * @param tls whom to trust and which certificate to show; null for the JDK's default
 * @param proxies which proxy to use for which address; null for none
 * @param proxy the proxy of the settings, which is in {@code proxies} then; null for none
 */
record UpstreamWay(
        Duration connect,
        @Nullable SSLContext tls,
        @Nullable ProxySelector proxies,
        @Nullable HttpProxy proxy) {

    /** As the JDK's client is set up by the same settings. */
    static UpstreamWay of(ProxySettings settings) {
        URI address = settings.upstreamProxy();
        HttpProxy proxy = address == null ? null : HttpProxy.at(address, settings.withoutProxy());
        return new UpstreamWay(
                settings.timeouts().connect(),
                settings.upstreamTls(),
                proxy == null ? ProxySelector.getDefault() : proxy.selector(),
                proxy);
    }

    /** The proxy on the way to an address, perhaps not resolved; null for none. */
    @Nullable
    InetSocketAddress proxyTo(URI upstream) {
        List<Proxy> known = proxies == null ? List.of() : proxies.select(upstream);
        Proxy first = known.isEmpty() ? Proxy.NO_PROXY : known.get(0);
        return first.type() == Proxy.Type.HTTP ? (InetSocketAddress) first.address() : null;
    }

    /** What a proxy on the way to an address is told of us; null for nothing. */
    @Nullable
    String credentials(URI upstream) {
        return proxy == null ? null : proxy.credentials(upstream);
    }
}
