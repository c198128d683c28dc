package io.github.claudecodeproxy.openai;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A call in an assistant message of the history. Immutable.
 *
 * @param id names the call
 * @param type {@code function}
 * @param function what is called
 * @param extra what only some providers understand, for example {@code extra_content}
 */
public record ToolCall(
        String id,
        String type,
        Function function,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> extra) {

    public ToolCall {
        extra = extra == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** A call of a function. */
    public static ToolCall of(String id, String name, String arguments) {
        return new ToolCall(id, "function", new Function(name, arguments), Map.of());
    }

    /** The same call with what only this provider understands. */
    public ToolCall with(Map<String, JsonNode> members) {
        return new ToolCall(id, type, function, members);
    }

    /**
     * What is called.
     *
     * @param name the function
     * @param arguments JSON text of an object
     */
    public record Function(String name, String arguments) {}
}
