package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a query string; of a repeated one the first. Immutable. */
final class Query {

    private final Map<String, String> values = new HashMap<>();

    Query(@Nullable String raw) {
        if (raw == null) {
            return;
        }
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(pair.substring(0, equals), decode(pair.substring(equals + 1)));
            }
        }
    }

    @Nullable
    String value(String name) {
        return values.get(name);
    }

    int number(String name, int absent, int largest) {
        String value = values.get(name);
        if (value == null) {
            return absent;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= largest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same error as a number out of range
        }
        throw new ClaudeException(
                ClaudeError.Type.INVALID_REQUEST, name + ": must be a whole number from 1 to " + largest);
    }

    /** The text with its percent escapes resolved; a broken escape stays as it is. */
    static String decode(String raw) {
        try {
            return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return raw;
        }
    }
}
