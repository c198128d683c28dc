package io.github.claudecodeproxy.claude;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tool that the model may call. Immutable.
 *
 * @param type null or {@code custom} for a tool with a schema; otherwise the versioned name of a tool that Anthropic
 *     defined, for example {@code bash_20250124} or {@code web_search_20250305}
 * @param name the tool's name; null only for toolsets
 * @param description what it does, for the model
 * @param inputSchema JSON schema of its input; null for tools that Anthropic defined
 * @param strict whether the input must follow the schema exactly
 * @param deferLoading whether the tool is offered only once it was searched for
 * @param cacheControl a prompt cache breakpoint
 * @param extra every other key as it came, in order
 */
@JsonInclude(NON_NULL)
public record Tool(
        @Nullable String type,
        @Nullable String name,
        @Nullable String description,
        @JsonProperty("input_schema") @Nullable JsonNode inputSchema,
        @Nullable Boolean strict,
        @JsonProperty("defer_loading") @Nullable Boolean deferLoading,
        @JsonProperty("cache_control") @Nullable JsonNode cacheControl,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> extra) {

    public Tool {
        extra = Wire.unmodifiable(extra);
    }

    /** Whether the client gave the schema itself. */
    public boolean custom() {
        return type == null || type.equals("custom");
    }
}
