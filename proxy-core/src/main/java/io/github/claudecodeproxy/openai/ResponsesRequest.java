package io.github.claudecodeproxy.openai;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /responses}. Null components are left out of the JSON. Immutable.
 *
 * @param model the provider's name of the model, or of the deployment
 * @param stream whether to stream
 * @param store whether the provider keeps the answer
 * @param instructions the leading system message
 * @param input the conversation
 * @param tools what is on offer; never empty
 * @param toolChoice a string or an object
 * @param parallelToolCalls whether several calls in one turn are wanted
 * @param maxOutputTokens most tokens to generate, reasoning included
 * @param temperature randomness
 * @param topP nucleus sampling
 * @param reasoning {@code effort} and {@code summary}
 * @param text {@code format}
 * @param extra what only some providers understand, in order
 * @see <a href="https://platform.openai.com/docs/api-reference/responses/create">Create a model response</a>
 */
@JsonInclude(NON_NULL)
@JsonPropertyOrder({"model", "stream", "store", "instructions", "input", "tools"})
public record ResponsesRequest(
        String model,
        @Nullable Boolean stream,
        boolean store,
        @Nullable String instructions,
        List<InputItem> input,
        @Nullable List<OfferedTool> tools,
        @JsonProperty("tool_choice") @Nullable JsonNode toolChoice,
        @JsonProperty("parallel_tool_calls") @Nullable Boolean parallelToolCalls,
        @JsonProperty("max_output_tokens") @Nullable Integer maxOutputTokens,
        @Nullable Double temperature,
        @JsonProperty("top_p") @Nullable Double topP,
        @Nullable JsonNode reasoning,
        @Nullable JsonNode text,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> extra) {

    public ResponsesRequest {
        input = List.copyOf(input);
        tools = tools == null ? null : List.copyOf(tools);
        extra = extra == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /**
     * A function, or a tool that the provider runs.
     *
     * @param type {@code function} or {@code web_search}
     * @param name of a function: letters, digits, {@code _} and {@code -}, at most 64
     * @param description for the model
     * @param parameters JSON schema of the arguments
     * @param strict whether the arguments must follow the schema exactly; a server that is not told assumes it
     * @param filters where to search
     * @param userLocation for whom to search
     */
    @JsonInclude(NON_NULL)
    public record OfferedTool(
            String type,
            @Nullable String name,
            @Nullable String description,
            @Nullable JsonNode parameters,
            @Nullable Boolean strict,
            @Nullable JsonNode filters,
            @JsonProperty("user_location") @Nullable JsonNode userLocation) {

        /** A function that the client runs. */
        public static OfferedTool function(
                String name, @Nullable String description, @Nullable JsonNode parameters, boolean strict) {
            return new OfferedTool("function", name, description, parameters, strict, null, null);
        }

        /** The provider's search. */
        public static OfferedTool webSearch(@Nullable JsonNode filters, @Nullable JsonNode userLocation) {
            return new OfferedTool("web_search", null, null, null, null, filters, userLocation);
        }
    }
}
