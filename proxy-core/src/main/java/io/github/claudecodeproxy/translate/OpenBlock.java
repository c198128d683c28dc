package io.github.claudecodeproxy.translate;

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

    private final Kind kind;
    private final String id;
    private final String name;
    private final ToolArguments arguments;
    private final StringBuilder waiting = new StringBuilder();

    private OpenBlock(Kind kind, String id, String name, ToolArguments arguments) {
        this.kind = kind;
        this.id = id;
        this.name = name;
        this.arguments = arguments;
    }

    static OpenBlock of(Kind kind) {
        return new OpenBlock(kind, "", "", new ToolArguments(null));
    }

    static OpenBlock tool(String id, String name, ToolArguments arguments) {
        return new OpenBlock(Kind.TOOL, id, name, arguments);
    }

    Kind kind() {
        return kind;
    }

    /** The call's id, for tools. */
    String id() {
        return id;
    }

    /** The tool, for tools. */
    String name() {
        return name;
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
