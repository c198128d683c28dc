package io.github.claudecodeproxy.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One piece of an answer as providers really send it: a chunk of a stream, or a whole answer, which is read as one
 * chunk whose delta is the message. Reading is tolerant: unknown keys, nulls where an object or list belongs, missing
 * keys and text in parts are accepted; what is not valid JSON is not. Immutable.
 *
 * @param choices the choices, possibly none
 * @param usage the token counts, from wherever the provider put them; null when absent
 * @param error what the provider reports as an error, an object or a string; null when absent
 * @param serviceTier the tier that served the call
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/streaming">Chat completion chunks</a>
 */
@JsonDeserialize(using = ChatChunkDeserializer.class)
public record ChatChunk(
        List<Choice> choices,
        @Nullable JsonNode usage,
        @Nullable JsonNode error,
        @Nullable String serviceTier) {

    /**
     * One choice.
     *
     * @param index its number; only 0 is ever asked for
     * @param delta what is added
     * @param finishReason why the answer ended; null or empty while it goes on
     * @param matchedStop the stop sequence that was met, from providers that say so
     */
    public record Choice(
            int index,
            Delta delta,
            @Nullable String finishReason,
            @Nullable String matchedStop) {}

    /**
     * What a chunk adds to the answer. The reasoning components are the spellings of different providers; some send
     * the same text under two of them.
     *
     * @param content text for the reader
     * @param refusal text that says why the model refuses
     * @param reasoningContent reasoning, as DeepSeek, Kimi, GLM, SGLang and others spell it
     * @param reasoning reasoning, as OpenRouter, Ollama, Groq and newer vLLM spell it
     * @param reasoningDetails structured reasoning, as OpenRouter and MiniMax send it
     * @param toolCalls pieces of tool calls, possibly none
     */
    public record Delta(
            @Nullable String content,
            @Nullable String refusal,
            @Nullable String reasoningContent,
            @Nullable String reasoning,
            @Nullable JsonNode reasoningDetails,
            List<ToolCallDelta> toolCalls) {

        /** Adds nothing. */
        public static final Delta EMPTY = new Delta(null, null, null, null, null, List.of());
    }

    /**
     * A piece of a tool call.
     *
     * @param index the call's number; null when the provider leaves it out
     * @param id the call's id; null on continuations, also when the provider sends an empty one
     * @param name the function; null on continuations, also when the provider sends an empty one
     * @param arguments more of the JSON text of the arguments; a whole object is given as its text
     * @param extraContent what the provider wants back with the call, as Gemini has it; null when there is nothing
     */
    public record ToolCallDelta(
            @Nullable Integer index,
            @Nullable String id,
            @Nullable String name,
            @Nullable String arguments,
            @Nullable JsonNode extraContent) {

        public ToolCallDelta {
            id = id == null || id.isEmpty() ? null : id;
            name = name == null || name.isEmpty() ? null : name;
        }

        /** The same piece with another index. */
        public ToolCallDelta withIndex(int number) {
            return new ToolCallDelta(number, id, name, arguments, extraContent);
        }
    }
}
