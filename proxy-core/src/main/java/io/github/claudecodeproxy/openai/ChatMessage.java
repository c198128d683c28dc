package io.github.claudecodeproxy.openai;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.ALWAYS;
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
 * One message of a chat request. Immutable.
 *
 * @param role {@code system}, {@code developer}, {@code user}, {@code assistant} or {@code tool}
 * @param content text or parts; null, written as such, for an assistant that only called tools
 * @param toolCalls the calls of an assistant message; never empty
 * @param toolCallId the call that a {@code tool} message answers
 * @param extra what only some providers understand, for example {@code reasoning_content}
 */
@JsonInclude(NON_NULL)
@JsonPropertyOrder({"role", "content", "tool_calls", "tool_call_id"})
public record ChatMessage(
        String role,
        @JsonInclude(ALWAYS) @Nullable ChatContent content,
        @JsonProperty("tool_calls") @Nullable List<ToolCall> toolCalls,
        @JsonProperty("tool_call_id") @Nullable String toolCallId,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> extra) {

    public ChatMessage {
        toolCalls = toolCalls == null ? null : List.copyOf(toolCalls);
        extra = extra == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** A message of plain content. */
    public static ChatMessage of(String role, ChatContent content) {
        return new ChatMessage(role, content, null, null, Map.of());
    }

    /** The same message with other content. */
    public ChatMessage withContent(@Nullable ChatContent value) {
        return new ChatMessage(role, value, toolCalls, toolCallId, extra);
    }

    /** The same message with what only some providers understand, besides what it has. */
    public ChatMessage with(Map<String, JsonNode> members) {
        Map<String, JsonNode> all = new LinkedHashMap<>(extra);
        all.putAll(members);
        return new ChatMessage(role, content, toolCalls, toolCallId, all);
    }

    /** The answer to a tool call. */
    public static ChatMessage tool(String toolCallId, ChatContent content) {
        return new ChatMessage("tool", content, null, toolCallId, Map.of());
    }
}
