package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.upstream.UpstreamRequest;
import java.net.URI;

/**
 * What a call is made to. Immutable.
 *
 * @param uri the address, path and query included
 * @param origin scheme and authority, as they are written in the address
 */
record Target(URI uri, String origin) {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    static Target of(UpstreamRequest request) {
        URI uri = request.uri();
        return new Target(uri, uri.getScheme() + "://" + uri.getAuthority());
    }

    boolean secure() {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    /** The name of the host, or its address; one of IPv6 without its brackets. */
    String host() {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return secure() ? HTTPS_PORT : HTTP_PORT;
    }
}
