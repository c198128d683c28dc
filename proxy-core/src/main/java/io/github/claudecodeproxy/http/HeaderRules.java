package io.github.claudecodeproxy.http;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which headers and keys may go to an upstream. Says what is wrong without showing a value. */
final class HeaderRules {

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");
    private static final Pattern VALUE = Pattern.compile("[!-~]([ -~]*[!-~])?");

    // The JDK's client puts a second Transfer-Encoding on the wire beside its own Content-Length.
    private static final Set<String> REFUSED = Set.of(
            "host",
            "connection",
            "content-length",
            "expect",
            "upgrade",
            "transfer-encoding",
            "te",
            "trailer",
            "keep-alive",
            "http2-settings");

    private HeaderRules() {}

    /** What is wrong with a header, or null. */
    static @Nullable String problem(String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!TOKEN.matcher(name).matches()) {
            return "is no valid header name";
        }
        if (REFUSED.contains(lower) || lower.startsWith("proxy-")) {
            return "names a header that belongs to the connection and cannot be set";
        }
        if (!VALUE.matcher(value).matches()) {
            return "must be printable ASCII without line breaks and without blanks around it";
        }
        return null;
    }

    /** What is wrong with a key, or null. */
    static @Nullable String keyProblem(String key) {
        return VISIBLE.matcher(key).matches()
                ? null
                : "must be printable ASCII without blanks and line breaks; was it pasted with a newline?";
    }

    /** Whether a header value can be sent at all. */
    static boolean sendable(String value) {
        return VALUE.matcher(value).matches();
    }
}
