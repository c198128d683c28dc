package io.github.claudecodeproxy.openai;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A function on offer. Immutable.
 *
 * @param type {@code function}
 * @param function the function
 */
public record ChatTool(String type, Function function) {

    /** A function on offer. */
    public static ChatTool of(Function function) {
        return new ChatTool("function", function);
    }

    /**
     * The function.
     *
     * @param name letters, digits, {@code _} and {@code -}, at most 64
     * @param description for the model
     * @param parameters JSON schema of the arguments
     * @param strict whether the arguments must follow the schema exactly
     */
    @JsonInclude(NON_NULL)
    public record Function(
            String name,
            @Nullable String description,
            @Nullable JsonNode parameters,
            @Nullable Boolean strict) {}
}
