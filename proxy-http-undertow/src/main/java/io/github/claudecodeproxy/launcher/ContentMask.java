package io.github.claudecodeproxy.launcher;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Makes what people and models have written unreadable, and leaves what a translation goes by: the shape of JSON, its
 * names, numbers and literals, blanks and punctuation, and texts that are words of the protocol. Takes bytes as Latin-1, so
 * that nothing changes its length. One instance masks one body, in its order. Not thread-safe.
 */
final class ContentMask {

    /** Members whose texts are words of the protocol, or names that must match elsewhere in the call. */
    private static final Set<String> KEPT = Set.of(
            "type",
            "role",
            "model",
            "object",
            "name",
            "id",
            "tool_call_id",
            "tool_use_id",
            "call_id",
            "item_id",
            "finish_reason",
            "native_finish_reason",
            "stop_reason",
            "required",
            "media_type",
            "effort",
            "reasoning_effort",
            "service_tier",
            "format",
            "ttl",
            "display",
            "status",
            "code",
            "param",
            "provider",
            "event");

    /** Texts that are JSON themselves, which comes in pieces. */
    private static final Set<String> NESTED = Set.of("arguments", "partial_json");

    private static final String ERROR = "error";

    private final Nested nested = new Nested();

    /** A body of any kind. */
    String body(String text) {
        String start = text.stripLeading();
        if (start.startsWith("{") || start.startsWith("[")) {
            return json(text);
        }
        StringBuilder masked = new StringBuilder(text.length());
        int from = 0;
        while (from < text.length()) {
            int end = from;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            masked.append(line(text.substring(from, end)));
            if (end < text.length()) {
                masked.append(text.charAt(end));
            }
            from = end + 1;
        }
        return masked.toString();
    }

    /** A line of a stream of events. */
    private String line(String line) {
        if (line.startsWith("data:")) {
            int start = "data:".length();
            String rest = line.substring(start);
            String value = rest.stripLeading();
            boolean isJson = value.startsWith("{") || value.startsWith("[");
            return line.substring(0, start) + (isJson ? json(rest) : plain(rest));
        }
        boolean ofTheProtocol = line.startsWith("event:") || line.startsWith("id:") || line.startsWith(":");
        return ofTheProtocol ? line : plain(line);
    }

    /** JSON, also with an end that is missing. */
    private String json(String text) {
        StringBuilder masked = new StringBuilder(text.length());
        Deque<Level> levels = new ArrayDeque<>();
        levels.push(new Level(false, "", ""));
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            Level level = levels.getFirst();
            if (c == '"') {
                int end = closing(text, i + 1);
                String raw = text.substring(i + 1, Math.min(end, text.length()));
                masked.append('"');
                if (level.names) {
                    level.name = raw;
                    masked.append(raw);
                } else {
                    masked.append(value(raw, level));
                }
                if (end < text.length()) {
                    masked.append('"');
                }
                i = end + 1;
                continue;
            }
            switch (c) {
                case '{' -> levels.push(new Level(true, level.name, ""));
                case '[' -> levels.push(new Level(false, level.parent, level.name));
                case '}', ']' -> {
                    if (levels.size() > 1) {
                        levels.pop();
                    }
                }
                case ',' -> level.names = level.object;
                case ':' -> level.names = false;
                default -> {
                    // numbers, literals and blanks stay
                }
            }
            masked.append(c);
            i++;
        }
        return masked.toString();
    }

    /** Where a text ends: at its quote, or where there is no more. */
    private static int closing(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) != '"') {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(i, text.length());
    }

    private String value(String raw, Level level) {
        if (level.name.equals("name")) {
            // Another call begins, if it is one.
            nested.reset();
        }
        boolean ofAnError = level.parent.equals(ERROR) || level.name.equals(ERROR);
        if (KEPT.contains(level.name) || ofAnError) {
            return raw;
        }
        return NESTED.contains(level.name) ? nested.mask(raw) : plain(raw);
    }

    private static String plain(String raw) {
        StringBuilder masked = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            masked.append(c);
            if (c == '\\' && i + 1 < raw.length()) {
                i++;
                masked.append(raw.charAt(i));
                if (raw.charAt(i) == 'u') {
                    int digits = Math.min(4, raw.length() - i - 1);
                    masked.append("0078", 0, digits);
                    i += digits;
                }
            } else {
                masked.setCharAt(masked.length() - 1, sign(c));
            }
        }
        return masked.toString();
    }

    private static char sign(char c) {
        if (c >= '0' && c <= '9') {
            return '1';
        }
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || c > '~' ? 'x' : c;
    }

    /** An object or a list, and where in it the reader is. */
    private static final class Level {

        private final boolean object;
        private final String parent;
        private boolean names;
        private String name;

        Level(boolean object, String parent, String name) {
            this.object = object;
            this.parent = parent;
            this.name = name;
            this.names = object;
        }
    }

    /** JSON inside of a text, piece by piece: only its texts are masked, and not its names. */
    private static final class Nested {

        private final Deque<Boolean> objects = new ArrayDeque<>();
        private boolean inText;
        private boolean isName;
        private boolean names;
        private boolean escaped;
        private int digits;

        void reset() {
            objects.clear();
            inText = false;
            escaped = false;
            digits = 0;
        }

        String mask(String raw) {
            StringBuilder masked = new StringBuilder(raw.length());
            int i = 0;
            while (i < raw.length()) {
                char c = raw.charAt(i);
                if (c != '\\' || i + 1 == raw.length()) {
                    masked.append(next(c));
                    i++;
                    continue;
                }
                char kind = raw.charAt(i + 1);
                int length = kind == 'u' ? Math.min(6, raw.length() - i) : 2;
                char inner = next(kind == '"' || kind == '\\' ? kind : kind == 'u' ? 'u' : ' ');
                boolean hidden = inner == 'x';
                masked.append(hidden && kind == 'u' ? "\\u0078".substring(0, length) : raw.substring(i, i + length));
                i += length;
            }
            return masked.toString();
        }

        /** Takes one sign of the inner text; what stands for it. */
        private char next(char c) {
            if (!inText) {
                structure(c);
                return c;
            }
            if (digits > 0) {
                digits--;
                return isName ? c : '1';
            }
            if (escaped) {
                escaped = false;
                digits = c == 'u' ? 4 : 0;
                return c;
            }
            escaped = c == '\\';
            inText = c != '"';
            return inText && !escaped && !isName ? sign(c) : c;
        }

        private void structure(char c) {
            switch (c) {
                case '"' -> {
                    inText = true;
                    isName = names;
                }
                case '{', '[' -> {
                    objects.push(c == '{');
                    names = c == '{';
                }
                case '}', ']' -> objects.poll();
                case ',' -> names = !objects.isEmpty() && objects.getFirst();
                case ':' -> names = false;
                default -> {
                    // numbers, literals and blanks
                }
            }
        }
    }
}
