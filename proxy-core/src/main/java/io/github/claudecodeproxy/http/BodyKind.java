package io.github.claudecodeproxy.http;

import java.nio.ByteBuffer;

/** What a body is by its first character, because hosts label their answers wrongly. */
enum BodyKind {
    /** Only blanks so far, which mean nothing at the start of any kind. */
    UNKNOWN,
    /** Server-sent events. */
    EVENTS,
    /** One JSON document, complete only at the end. */
    DOCUMENT,
    /** HTML, which is no answer. */
    PAGE;

    static BodyKind of(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            BodyKind kind = of(bytes.get(i));
            if (kind != UNKNOWN) {
                return kind;
            }
        }
        return UNKNOWN;
    }

    private static BodyKind of(byte first) {
        return switch (first) {
            case ' ', '\t', '\r', '\n' -> UNKNOWN;
            case '{', '[' -> DOCUMENT;
            case '<' -> PAGE;
            default -> EVENTS;
        };
    }
}
