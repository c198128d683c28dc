package io.github.claudecodeproxy.claude;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model's answer: the whole body of a non-streaming call, and, still without content, what {@code message_start}
 * carries. Absent values are written as explicit nulls, because typed SDKs require every key. Immutable.
 *
 * @param id {@code msg_} and a unique rest
 * @param model the model as the client named it
 * @param content the blocks of the answer, possibly none
 * @param stopReason {@code end_turn}, {@code tool_use}, {@code max_tokens}, {@code stop_sequence}, {@code refusal},
 *     {@code model_context_window_exceeded}; null while the answer is incomplete
 * @param stopSequence the stop sequence that was met, for that reason
 * @param stopDetails more about a refusal
 * @param container the container of code execution
 * @param diagnostics why the prompt cache was missed
 * @param contextManagement what the server edited in the context; left out when null, because it is a beta
 * @param usage tokens
 */
@JsonPropertyOrder({"id", "type", "role", "model", "content"})
public record ClaudeMessage(
        String id,
        String model,
        List<ContentBlock> content,
        @JsonProperty("stop_reason") @Nullable String stopReason,
        @JsonProperty("stop_sequence") @Nullable String stopSequence,
        @JsonProperty("stop_details") @Nullable StopDetails stopDetails,
        @Nullable JsonNode container,
        @Nullable JsonNode diagnostics,

        @JsonProperty("context_management") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        JsonNode contextManagement,

        Usage usage) {

    public ClaudeMessage {
        Wire.required(id, "id");
        Wire.required(model, "model");
        content = Wire.copy(content, "content");
        Wire.required(usage, "usage");
    }

    /** Always {@code message}. */
    @JsonProperty("type")
    public String type() {
        return "message";
    }

    /** Always {@code assistant}. */
    @JsonProperty("role")
    public String role() {
        return "assistant";
    }

    /**
     * More about why the model stopped.
     *
     * @param category the policy area of a refusal, when it is known
     * @param explanation the provider's words
     */
    @JsonPropertyOrder({"type", "category", "explanation"})
    public record StopDetails(
            @Nullable String category, @Nullable String explanation) {

        /** Always {@code refusal}, the only kind there is. */
        @JsonProperty("type")
        public String type() {
            return "refusal";
        }
    }
}
