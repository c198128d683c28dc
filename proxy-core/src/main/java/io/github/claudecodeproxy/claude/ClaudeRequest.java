package io.github.claudecodeproxy.claude;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/messages} and of {@code POST /v1/messages/count_tokens}. Immutable. Absent stays null:
 * a default is the translator's affair.
 *
 * @param model the requested model
 * @param messages the conversation, at least one turn
 * @param maxTokens most tokens to generate; required for messages, absent for counting
 * @param system instructions that stand before the conversation; a string on the wire is one text block
 * @param stream whether the answer is a stream of events
 * @param stopSequences texts that end the answer
 * @param temperature randomness, 0 to 1
 * @param topP nucleus sampling, 0 to 1
 * @param topK sampling from the best k only
 * @param tools the tools on offer
 * @param toolChoice how tools may be used
 * @param thinking how the model may think
 * @param outputConfig effort and format of the answer
 * @param outputFormat older spelling of the format in {@code outputConfig}
 * @param metadata about the request, for example the user's id
 * @param cacheControl marks the last cacheable block
 * @param serviceTier which capacity to use
 * @param contextManagement edits of the context that the server should make
 * @param extra every other key as it came, in order
 * @see <a href="https://docs.claude.com/en/api/messages">Messages API</a>
 */
@JsonInclude(NON_NULL)
public record ClaudeRequest(
        String model,
        List<InputMessage> messages,
        @JsonProperty("max_tokens") @Nullable Integer maxTokens,

        @JsonDeserialize(using = ContentDeserializer.class) @Nullable
        List<ContentBlock> system,

        @Nullable Boolean stream,
        @JsonProperty("stop_sequences") @Nullable List<String> stopSequences,
        @Nullable Double temperature,
        @JsonProperty("top_p") @Nullable Double topP,
        @JsonProperty("top_k") @Nullable Integer topK,
        @Nullable List<Tool> tools,
        @JsonProperty("tool_choice") @Nullable ToolChoice toolChoice,
        @Nullable ThinkingConfig thinking,
        @JsonProperty("output_config") @Nullable OutputConfig outputConfig,
        @JsonProperty("output_format") @Nullable JsonNode outputFormat,
        @Nullable Metadata metadata,
        @JsonProperty("cache_control") @Nullable JsonNode cacheControl,
        @JsonProperty("service_tier") @Nullable String serviceTier,
        @JsonProperty("context_management") @Nullable JsonNode contextManagement,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> extra) {

    public ClaudeRequest {
        Wire.required(model, "model");
        messages = Wire.copy(messages, "messages");
        system = Wire.copyOrNull(system, "system");
        stopSequences = Wire.copyOrNull(stopSequences, "stop_sequences");
        tools = Wire.copyOrNull(tools, "tools");
        extra = Wire.unmodifiable(extra);
    }

    /** Whether the client asked for a stream of events. */
    public boolean streaming() {
        return Boolean.TRUE.equals(stream);
    }

    /**
     * How tools may be used.
     *
     * @param type {@code auto}, {@code any}, {@code tool} or {@code none}
     * @param name the tool, for type {@code tool}
     * @param disableParallelToolUse whether at most one call is wanted
     */
    @JsonInclude(NON_NULL)
    public record ToolChoice(
            String type,
            @Nullable String name,

            @JsonProperty("disable_parallel_tool_use") @Nullable
            Boolean disableParallelToolUse) {

        public ToolChoice {
            Wire.required(type, "type");
        }
    }

    /**
     * How the model may think.
     *
     * @param type {@code enabled}, {@code adaptive}, {@code disabled} or {@code between_tools}; open
     * @param budgetTokens most tokens to think, for type {@code enabled}
     * @param display what of it is shown: {@code summarized}, {@code omitted} or {@code updates}
     */
    @JsonInclude(NON_NULL)
    public record ThinkingConfig(
            String type,
            @JsonProperty("budget_tokens") @Nullable Integer budgetTokens,
            @Nullable String display) {

        public ThinkingConfig {
            Wire.required(type, "type");
        }
    }

    /**
     * Effort and format of the answer.
     *
     * @param effort {@code low}, {@code medium}, {@code high}, {@code xhigh} or {@code max}; open
     * @param format {@code {"type":"json_schema","schema":{}}}
     * @param extra every other key as it came
     */
    @JsonInclude(NON_NULL)
    public record OutputConfig(
            @Nullable String effort,
            @Nullable JsonNode format,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> extra) {

        public OutputConfig {
            extra = Wire.unmodifiable(extra);
        }
    }

    /**
     * About the request.
     *
     * @param userId an opaque id of the user; Claude Code puts a JSON text with device, account and session here
     */
    @JsonInclude(NON_NULL)
    public record Metadata(
            @JsonProperty("user_id") @Nullable String userId) {}
}
