package io.github.claudecodeproxy.translate;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The inside of a JSON text, between its quotes. */
final class JsonText {

    private static final int HEX_DIGITS = 4;

    private JsonText() {}

    /** The text that these bytes mean; null when an escape is wrong, or they are not UTF-8. */
    static @Nullable String decoded(byte[] json, int start, int end) {
        int escape = start;
        boolean ascii = true;
        while (escape < end && json[escape] != '\\') {
            ascii &= json[escape] >= 0;
            escape++;
        }
        if (escape == end) {
            return ascii ? new String(json, start, end - start, StandardCharsets.ISO_8859_1) : utf8(json, start, end);
        }
        String raw = utf8(json, start, end);
        return raw == null ? null : unescaped(raw);
    }

    /** What is cut in two is left to a reader that mends it. */
    private static @Nullable String utf8(byte[] json, int start, int end) {
        String text = new String(json, start, end - start, StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : null;
    }

    private static @Nullable String unescaped(String raw) {
        StringBuilder text = new StringBuilder(raw.length());
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            if (i == raw.length()) {
                return null;
            }
            char kind = raw.charAt(i++);
            if (kind == 'u') {
                int code = hex(raw, i);
                if (code < 0) {
                    return null;
                }
                text.append((char) code);
                i += HEX_DIGITS;
            } else {
                int meant = "\"\\/bfnrt".indexOf(kind);
                if (meant < 0) {
                    return null;
                }
                text.append("\"\\/\b\f\n\r\t".charAt(meant));
            }
        }
        return text.toString();
    }

    private static int hex(String raw, int from) {
        if (from + HEX_DIGITS > raw.length()) {
            return -1;
        }
        int code = 0;
        for (int i = from; i < from + HEX_DIGITS; i++) {
            char c = raw.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            code = (code << 4) | digit;
        }
        return code;
    }
}
