package io.github.claudecodeproxy.upstream;

import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on the way to every upstream.
 *
 * @param selector gives it for every address
 * @param credentials what it is sent as {@code Proxy-Authorization}; null for nothing
 */
record HttpProxy(ProxySelector selector, @Nullable String credentials) {

    static HttpProxy at(URI address) {
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
        return new HttpProxy(
                ProxySelector.of(InetSocketAddress.createUnresolved(name, address.getPort())), credentials);
    }
}
