package io.github.claudecodeproxy.claude;

import io.github.claudecodeproxy.claude.ClaudeEvent.ContentBlockDelta;
import io.github.claudecodeproxy.claude.ClaudeEvent.InputJsonDelta;
import io.github.claudecodeproxy.claude.ClaudeEvent.TextDelta;
import io.github.claudecodeproxy.claude.ClaudeEvent.ThinkingDelta;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the events of which a stream mostly consists, written straight into its bytes: the same bytes as Jackson
 * writes, for a third of the memory.
 */
final class DeltaJson {

    private static final byte[] START = ascii("{\"type\":\"content_block_delta\",\"index\":");
    private static final byte[] TEXT = ascii(",\"delta\":{\"type\":\"text_delta\",\"text\":\"");
    private static final byte[] INPUT = ascii(",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"");
    private static final byte[] THINKING = ascii(",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"");
    private static final byte[] END = ascii("\"}}");
    private static final byte[] HEX = ascii("0123456789ABCDEF");

    /** What follows the backslash of a sign; 0 where it needs none, and u for those without a short form. */
    private static final byte[] ESCAPES = escapes();

    private static final int ESCAPED = "\\u0000".length();

    private DeltaJson() {}

    /** The bytes; null for what is left to Jackson: other deltas, and texts with half a character. */
    static byte @Nullable [] of(ContentBlockDelta event) {
        byte[] middle;
        String text;
        if (event.delta() instanceof TextDelta delta) {
            middle = TEXT;
            text = delta.text();
        } else if (event.delta() instanceof InputJsonDelta delta) {
            middle = INPUT;
            text = delta.partialJson();
        } else if (event.delta() instanceof ThinkingDelta delta) {
            middle = THINKING;
            text = delta.thinking();
        } else {
            return null;
        }
        int size = size(text);
        if (size < 0 || event.index() < 0) {
            return null;
        }
        byte[] index = ascii(Integer.toString(event.index()));
        byte[] json = new byte[START.length + index.length + middle.length + size + END.length];
        int at = put(START, json, 0);
        at = put(index, json, at);
        at = put(middle, json, at);
        at = write(text, json, at);
        put(END, json, at);
        return json;
    }

    private static int put(byte[] part, byte[] json, int at) {
        System.arraycopy(part, 0, json, at, part.length);
        return at + part.length;
    }

    /** How many bytes a text has; -1 when it holds half a character. */
    private static int size(String text) {
        int size = 0;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c < 0x80) {
                byte escape = ESCAPES[c];
                size += escape == 0 ? 1 : escape == 'u' ? ESCAPED : 2;
            } else if (c < 0x800) {
                size += 2;
            } else if (!Character.isSurrogate(c)) {
                size += 3;
            } else if (Character.isHighSurrogate(c) && i < text.length() && Character.isLowSurrogate(text.charAt(i))) {
                size += 2 * ESCAPED;
                i++;
            } else {
                return -1;
            }
        }
        return size;
    }

    private static int write(String text, byte[] json, int from) {
        int at = from;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c < 0x80) {
                byte escape = ESCAPES[c];
                if (escape == 'u') {
                    at = escape(c, json, at);
                } else if (escape != 0) {
                    json[at++] = '\\';
                    json[at++] = escape;
                } else {
                    json[at++] = (byte) c;
                }
            } else if (c < 0x800) {
                json[at++] = (byte) (0xC0 | (c >> 6));
                json[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                json[at++] = (byte) (0xE0 | (c >> 12));
                json[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                json[at++] = (byte) (0x80 | (c & 0x3F));
            } else {
                at = escape(c, json, at);
                at = escape(text.charAt(i++), json, at);
            }
        }
        return at;
    }

    private static int escape(char c, byte[] json, int from) {
        int at = from;
        json[at++] = '\\';
        json[at++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            json[at++] = HEX[(c >> shift) & 15];
        }
        return at;
    }

    private static byte[] escapes() {
        byte[] escapes = new byte[0x80];
        for (int c = 0; c < ' '; c++) {
            escapes[c] = 'u';
        }
        String signs = "\b\f\n\r\t\"\\";
        String names = "bfnrt\"\\";
        for (int i = 0; i < signs.length(); i++) {
            escapes[signs.charAt(i)] = (byte) names.charAt(i);
        }
        return escapes;
    }

    private static byte[] ascii(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }
}
