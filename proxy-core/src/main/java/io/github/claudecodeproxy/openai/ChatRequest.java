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
 * The body of {@code POST /chat/completions}. Null components are left out of the JSON. Immutable.
 *
 * @param model the provider's name of the model, or of the deployment
 * @param messages the conversation
 * @param maxTokens most tokens to generate, older spelling
 * @param maxCompletionTokens most tokens to generate, reasoning included
 * @param stream whether to stream
 * @param streamOptions what a stream carries besides the text
 * @param temperature randomness
 * @param topP nucleus sampling
 * @param stop texts that end the answer
 * @param tools functions on offer; never empty
 * @param toolChoice a string or an object
 * @param parallelToolCalls whether several calls in one turn are wanted
 * @param responseFormat {@code json_schema} or {@code json_object}
 * @param reasoningEffort how much to reason
 * @param extra what only some providers understand, in order
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">Create chat completion</a>
 */
@JsonInclude(NON_NULL)
@JsonPropertyOrder({"model", "stream", "stream_options", "messages", "tools"})
public record ChatRequest(
        String model,
        List<ChatMessage> messages,
        @JsonProperty("max_tokens") @Nullable Integer maxTokens,
        @JsonProperty("max_completion_tokens") @Nullable Integer maxCompletionTokens,
        @Nullable Boolean stream,
        @JsonProperty("stream_options") @Nullable StreamOptions streamOptions,
        @Nullable Double temperature,
        @JsonProperty("top_p") @Nullable Double topP,
        @Nullable List<String> stop,
        @Nullable List<ChatTool> tools,
        @JsonProperty("tool_choice") @Nullable JsonNode toolChoice,
        @JsonProperty("parallel_tool_calls") @Nullable Boolean parallelToolCalls,
        @JsonProperty("response_format") @Nullable JsonNode responseFormat,
        @JsonProperty("reasoning_effort") @Nullable String reasoningEffort,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> extra) {

    public ChatRequest {
        messages = List.copyOf(messages);
        stop = stop == null ? null : List.copyOf(stop);
        tools = tools == null ? null : List.copyOf(tools);
        extra = extra == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /**
     * What a stream carries besides the text.
     *
     * @param includeUsage whether a last chunk with the token counts is wanted
     */
    public record StreamOptions(
            @JsonProperty("include_usage") boolean includeUsage) {}
}
