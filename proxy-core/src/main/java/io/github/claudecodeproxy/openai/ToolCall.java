package io.github.claudecodeproxy.openai;

/**
 * A call in an assistant message of the history. Immutable.
 *
 * @param id names the call
 * @param type {@code function}
 * @param function what is called
 */
public record ToolCall(String id, String type, Function function) {

    /** A call of a function. */
    public static ToolCall of(String id, String name, String arguments) {
        return new ToolCall(id, "function", new Function(name, arguments));
    }

    /**
     * What is called.
     *
     * @param name the function
     * @param arguments JSON text of an object
     */
    public record Function(String name, String arguments) {}
}
