package io.github.claudecodeproxy.translate;

import java.util.Locale;

/**
 * One thing that was lost or changed in translation because the other side cannot carry it. Never holds content.
 * Immutable.
 *
 * @param kind what sort of loss it is
 * @param field where it was, for example {@code top_k} or {@code messages.3.content.0}
 * @param message what was done about it
 */
public record Diagnostic(Kind kind, String field, String message) {

    /** The sorts of loss. In strict mode a request with one that {@link #refused} is answered with 400. */
    public enum Kind {
        /** A parameter is not sent. */
        PARAMETER_DROPPED(true),
        /** A parameter is sent with another value. */
        PARAMETER_CHANGED(true),
        /** Something that only helps, such as a cache breakpoint, is not sent; the answer means the same. */
        HINT_DROPPED(false),
        /** A part of the conversation is not sent. */
        CONTENT_DROPPED(true),
        /** A part of the conversation is sent as something else: as a text, or as a mark that it was left out. */
        CONTENT_REPLACED(true),
        /** A part of the conversation is sent in another place. */
        CONTENT_MOVED(false),
        /** A tool is not offered. */
        TOOL_DROPPED(true),
        /** A schema lost keywords that the provider refuses. */
        SCHEMA_CHANGED(false),
        /** The history lacked something, or had too much, and was mended. */
        HISTORY_REPAIRED(true),
        /** A field that this version does not know is not sent. */
        UNKNOWN_FIELD(true),
        /** A block of a type that this version does not know is dropped, or sent as its text. */
        UNKNOWN_BLOCK(true),
        /** Earlier reasoning is not sent. */
        REASONING_DROPPED(false),
        /** A part of the answer was mended or dropped. */
        ANSWER_CHANGED(false),
        /** The provider gave no token counts. */
        USAGE_ESTIMATED(false);

        private final boolean refused;

        Kind(boolean refused) {
            this.refused = refused;
        }

        /** Whether strict mode refuses a request because of it. */
        public boolean refused() {
            return refused;
        }

        /** The name in headers and logs, for example {@code parameter_dropped}. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
