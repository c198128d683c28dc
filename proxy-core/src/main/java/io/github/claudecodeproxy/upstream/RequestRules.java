package io.github.claudecodeproxy.upstream;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are sent at all; for those who write an {@link UpstreamClient}. The JDK would let through headers that
 * change the framing of the message, and its own complaint about a bad value repeats the value, which may be a key.
 * Stateless.
 */
public final class RequestRules {

    private static final Set<String> NOT_FOR_CALLERS = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private RequestRules() {}

    /**
     * The JDK's form of a request; its body can be sent more than once.
     *
     * @param forProxy credentials that only a proxy on the way gets to see; null for none
     */
    static HttpRequest apply(UpstreamRequest request, @Nullable String forProxy) throws UpstreamException {
        checkHeaders(request);
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri()).method(request.method(), body(request));
            request.headers().forEach(builder::setHeader);
            if (forProxy != null) {
                builder.setHeader("Proxy-Authorization", forProxy);
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw notUsable();
        }
    }

    /**
     * Checks a request before anything of it is sent.
     *
     * @throws UpstreamException if it may not be sent; the message shows no value
     */
    public static void check(UpstreamRequest request) throws UpstreamException {
        checkHeaders(request);
        String scheme = request.uri().getScheme();
        boolean known = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
        if (!known || request.uri().getHost() == null) {
            throw notUsable();
        }
    }

    private static void checkHeaders(UpstreamRequest request) throws UpstreamException {
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            check(header.getKey(), header.getValue());
        }
    }

    private static BodyPublisher body(UpstreamRequest request) {
        byte[] body = request.body();
        return body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body, 0, request.bodyLength());
    }

    private static void check(String name, String value) throws UpstreamException {
        if (!isToken(name)) {
            throw refused("a request header has a name that HTTP does not allow");
        }
        if (NOT_FOR_CALLERS.contains(name.toLowerCase(Locale.ROOT))) {
            throw refused("the request header " + name + " cannot be set");
        }
        if (!isPrintable(value)) {
            throw refused("the request header " + name + " has a value that HTTP does not allow");
        }
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isTokenCharacter(name.charAt(i))) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isPrintable(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\t' && (c < ' ' || c > '~')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isTokenCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static UpstreamException notUsable() {
        return refused("the upstream's address or a header is not usable");
    }

    private static UpstreamException refused(String message) {
        return new UpstreamException(UpstreamException.Reason.OTHER, message, null);
    }
}
