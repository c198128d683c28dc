package io.github.claudecodeproxy.upstream;

import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Status and headers of an upstream's answer. Immutable.
 *
 * @param status the HTTP status
 * @param headers by lower-case name; of a repeated header the last value
 */
public record UpstreamResponseHead(int status, Map<String, String> headers) {

    public UpstreamResponseHead {
        headers = Collections.unmodifiableMap(headers);
    }

    /** The value of a header, or null; the name in lower case. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }
}
