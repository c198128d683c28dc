package io.github.claudecodeproxy.translate;

import org.jspecify.annotations.Nullable;

/**
 * A block of the answer: streaming, or waiting behind the one that streams. Used by one thread at a time.
 */
final class OpenBlock {

    /** The kinds of block that an answer can have. */
    enum Kind {
        TEXT,
        THINKING,
        TOOL
    }

    private static final ToolNames.ClientName NOBODY = new ToolNames.ClientName("", null);

    private final Kind kind;
    private final String id;
    private final ToolNames.ClientName name;
    private final ToolArguments arguments;
    private final @Nullable String state;
    private final StringBuilder waiting = new StringBuilder();

    private OpenBlock(
            Kind kind, String id, ToolNames.ClientName name, ToolArguments arguments, @Nullable String state) {
        this.kind = kind;
        this.id = id;
        this.name = name;
        this.arguments = arguments;
        this.state = state;
    }

    static OpenBlock of(Kind kind) {
        return new OpenBlock(kind, "", NOBODY, new ToolArguments(null), null);
    }

    static OpenBlock text(@Nullable String state) {
        return new OpenBlock(Kind.TEXT, "", NOBODY, new ToolArguments(null), state);
    }

    static OpenBlock tool(String id, ToolNames.ClientName name, ToolArguments arguments, @Nullable String state) {
        return new OpenBlock(Kind.TOOL, id, name, arguments, state);
    }

    Kind kind() {
        return kind;
    }

    /** The call's id, for tools. */
    String id() {
        return id;
    }

    /** The tool, for tools. */
    ToolNames.ClientName name() {
        return name;
    }

    /** Sealed state of the provider that stands before the block; null when there is none. */
    @Nullable
    String state() {
        return state;
    }

    /** The filter of the arguments, for tools. */
    ToolArguments arguments() {
        return arguments;
    }

    /** What has arrived while the block could not stream. */
    StringBuilder waiting() {
        return waiting;
    }

    /** Whether another block may follow now: a call must not be ended before its arguments are. */
    boolean mayEnd() {
        return kind != Kind.TOOL || arguments.complete();
    }
}
