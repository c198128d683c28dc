package io.github.claudecodeproxy.upstream;

import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request to an upstream. The body is not copied and must not change while the call runs.
 *
 * @param method {@code GET} or {@code POST}
 * @param uri absolute, http or https
 * @param headers names and values as they go on the wire
 * @param body the body; null for none
 * @param bodyLength how many bytes of {@code body} count, from its start
 */
@SuppressWarnings("ArrayRecordComponent") // a large body is not worth a copy, and requests are never compared
public record UpstreamRequest(
        String method, URI uri, Map<String, String> headers, byte @Nullable [] body, int bodyLength) {

    public UpstreamRequest {
        headers = Collections.unmodifiableMap(headers);
        if (body != null && bodyLength > body.length) {
            throw new IllegalArgumentException("bodyLength is larger than the body");
        }
    }

    /** A request without a body. */
    public static UpstreamRequest get(URI uri, Map<String, String> headers) {
        return new UpstreamRequest("GET", uri, headers, null, 0);
    }

    /** A request with a JSON body. */
    public static UpstreamRequest post(URI uri, Map<String, String> headers, byte[] body) {
        return new UpstreamRequest("POST", uri, headers, body, body.length);
    }

    /** The same with a header, in place of one of that name in any case. */
    public UpstreamRequest withHeader(String name, String value) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        all.put(name, value);
        return new UpstreamRequest(method, uri, all, body, bodyLength);
    }
}
