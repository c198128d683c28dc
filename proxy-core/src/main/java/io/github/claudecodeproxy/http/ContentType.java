package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.util.Locale;

/** What an upstream's headers say about its answer. */
final class ContentType {

    private ContentType() {}

    /** Throws when the answer cannot be one. */
    static void reject(UpstreamResponseHead head) {
        if (starts(head, "text/html")) {
            throw new ClaudeException(UpstreamErrors.notAnAnswer("a web page"));
        }
        String encoding = head.header("content-encoding");
        if (encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
            throw new ClaudeException(UpstreamErrors.encoded());
        }
    }

    private static boolean starts(UpstreamResponseHead head, String type) {
        String value = head.header("content-type");
        return value != null && value.strip().toLowerCase(Locale.ROOT).startsWith(type);
    }
}
