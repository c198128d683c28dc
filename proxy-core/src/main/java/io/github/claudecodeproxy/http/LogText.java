package io.github.claudecodeproxy.http;

/** Makes text that a client chose safe for a log line: no line breaks, no terminal controls, not endless. */
final class LogText {

    private static final int LONGEST = 200;

    private LogText() {}

    /** The beginning of the text. */
    static String of(String text) {
        return text.length() > LONGEST ? whole(text.substring(0, LONGEST)) + "..." : whole(text);
    }

    /** All of the text. */
    static String whole(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> append(safe, point));
        return safe.toString();
    }

    /** Nearly all of them are. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static void append(StringBuilder safe, int point) {
        boolean plain = point >= ' ' && point != 0x7f && !unsafe(Character.getType(point));
        if (plain) {
            safe.appendCodePoint(point);
        } else {
            safe.append(String.format("\\u%04x", point));
        }
    }

    private static boolean unsafe(int category) {
        return switch (category) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
