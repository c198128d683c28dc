package io.github.claudecodeproxy.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.MappingMatch;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request without its body. Immutable.
 *
 * @param method in upper case
 * @param path as sent, without the context path and the prefix that the servlet is mapped to
 * @param query as sent; null when there is none
 * @param headers the first value of each, by names in any case
 * @param peer the other end of the connection; null when something may have replaced it
 */
record RequestHead(
        String method,
        String path,
        @Nullable String query,
        Map<String, String> headers,
        @Nullable InetAddress peer) {

    /** Set by Tomcat's RemoteIpValve and RemoteIpFilter, which replace the peer by what a header says. */
    private static final String FORWARDED = "org.apache.tomcat.request.forwarded";

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[^\\]]*)?\\]?");

    static RequestHead of(HttpServletRequest request) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.putIfAbsent(name, request.getHeader(name));
        }
        return new RequestHead(
                request.getMethod(),
                path(request),
                request.getQueryString(),
                Collections.unmodifiableMap(headers),
                peer(request));
    }

    private static String path(HttpServletRequest request) {
        String sent = request.getRequestURI();
        String prefix = request.getContextPath();
        if (request.getHttpServletMapping().getMappingMatch() == MappingMatch.PATH) {
            prefix += request.getServletPath();
        }
        String path = sent.startsWith(prefix) ? sent.substring(prefix.length()) : sent;
        return path.isEmpty() ? "/" : path;
    }

    private static @Nullable InetAddress peer(HttpServletRequest request) {
        String address = request.getRemoteAddr();
        if (address == null
                || request.getAttribute(FORWARDED) != null
                || !ADDRESS.matcher(address).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
