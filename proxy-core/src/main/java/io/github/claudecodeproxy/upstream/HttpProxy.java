package io.github.claudecodeproxy.upstream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy on the way to upstreams; for those who write an {@link UpstreamClient}. Immutable.
 *
 * @param selector gives it for every other address
 * @param credentials what it is sent as {@code Proxy-Authorization}; null for nothing
 * @param direct the host and port of addresses that are reached without it
 */
public record HttpProxy(ProxySelector selector, @Nullable String credentials, Set<String> direct) {

    public HttpProxy {
        direct = Set.copyOf(direct);
    }

    /** What the proxy is to be sent on the way to this address; null for nothing. */
    public @Nullable String credentials(URI upstream) {
        return direct.contains(place(upstream)) ? null : credentials;
    }

    private static String place(URI upstream) {
        int port = upstream.getPort();
        boolean secure = "https".equalsIgnoreCase(upstream.getScheme());
        return upstream.getHost() + ":" + (port > 0 ? port : secure ? 443 : 80);
    }

    /**
     * The proxy of a setting.
     *
     * @param address {@code http://host:port} or {@code http://user:password@host:port}
     * @param direct addresses that are reached without it, by host and port
     * @throws IllegalArgumentException for any other form; the message does not show it
     */
    public static HttpProxy at(URI address, Set<URI> direct) {
        String path = address.getRawPath();
        boolean usable = "http".equalsIgnoreCase(address.getScheme())
                && address.getHost() != null
                && address.getPort() > 0
                && (path == null || path.isEmpty() || path.equals("/"))
                && address.getRawQuery() == null
                && address.getRawFragment() == null;
        if (!usable) {
            throw new IllegalArgumentException("must have the form http://host:port or http://user:password@host:port");
        }
        String user = address.getUserInfo();
        String credentials = user == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        String host = address.getHost();
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        Set<String> places = direct.stream().map(HttpProxy::place).collect(Collectors.toUnmodifiableSet());
        InetSocketAddress proxy = InetSocketAddress.createUnresolved(name, address.getPort());
        return new HttpProxy(new Selector(new Proxy(Proxy.Type.HTTP, proxy), places), credentials, places);
    }

    private static final class Selector extends ProxySelector {

        private final List<Proxy> proxied;
        private final Set<String> direct;

        Selector(Proxy proxy, Set<String> direct) {
            this.proxied = List.of(proxy);
            this.direct = direct;
        }

        @Override
        public List<Proxy> select(URI upstream) {
            return direct.contains(place(upstream)) ? List.of(Proxy.NO_PROXY) : proxied;
        }

        @Override
        public void connectFailed(URI upstream, SocketAddress address, IOException failure) {
            // the call fails, which is told where it was made
        }
    }
}
