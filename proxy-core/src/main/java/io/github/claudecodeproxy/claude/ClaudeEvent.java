package io.github.claudecodeproxy.claude;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeMessage.StopDetails;
import org.jspecify.annotations.Nullable;

/**
 * One event of a streamed answer. Each is sent as {@code event: TYPE} and {@code data: JSON}; the order is
 * {@code message_start}, then blocks (start, deltas, stop; one open at a time, indexes dense from 0), then
 * {@code message_delta} and {@code message_stop}. {@code ping} may stand anywhere after the start; {@code error} ends
 * the stream at any place. Immutable.
 *
 * @see <a href="https://docs.claude.com/en/docs/build-with-claude/streaming">Streaming Messages</a>
 */
public interface ClaudeEvent {

    /** The wire name of the event, never null. */
    @JsonProperty("type")
    String type();

    /**
     * Begins the answer.
     *
     * @param message the answer without content and stop reason
     */
    @JsonPropertyOrder({"type", "message"})
    record MessageStart(ClaudeMessage message) implements ClaudeEvent {
        @Override
        public String type() {
            return "message_start";
        }
    }

    /**
     * Begins a block.
     *
     * @param index the block's place in the content
     * @param contentBlock the block in its empty form
     */
    @JsonPropertyOrder({"type", "index", "content_block"})
    record ContentBlockStart(
            int index, @JsonProperty("content_block") ContentBlock contentBlock) implements ClaudeEvent {
        @Override
        public String type() {
            return "content_block_start";
        }
    }

    /**
     * Adds to the open block.
     *
     * @param index the block's place in the content
     * @param delta what is added
     */
    @JsonPropertyOrder({"type", "index", "delta"})
    record ContentBlockDelta(int index, Delta delta) implements ClaudeEvent {
        @Override
        public String type() {
            return "content_block_delta";
        }
    }

    /**
     * Ends the open block.
     *
     * @param index the block's place in the content
     */
    @JsonPropertyOrder({"type", "index"})
    record ContentBlockStop(int index) implements ClaudeEvent {
        @Override
        public String type() {
            return "content_block_stop";
        }
    }

    /**
     * Says how the answer ended.
     *
     * @param delta the stop reason
     * @param usage the final counts; they replace those of {@code message_start}
     * @param contextManagement what the server edited in the context; left out when null
     */
    @JsonPropertyOrder({"type", "delta", "usage"})
    record MessageDelta(
            StopDelta delta,
            Usage usage,

            @JsonProperty("context_management") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            JsonNode contextManagement)
            implements ClaudeEvent {
        @Override
        public String type() {
            return "message_delta";
        }
    }

    /** Ends the stream; nothing follows. */
    @JsonPropertyOrder("type")
    record MessageStop() implements ClaudeEvent {
        @Override
        public String type() {
            return "message_stop";
        }
    }

    /** Shows that the stream is alive. */
    @JsonPropertyOrder("type")
    record Ping() implements ClaudeEvent {
        @Override
        public String type() {
            return "ping";
        }
    }

    /**
     * Ends the stream because it failed.
     *
     * @param cause what went wrong; only its type and message are on the wire
     * @param requestId the id of the call, the same as in the {@code request-id} header
     */
    @JsonPropertyOrder({"type", "error", "request_id"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Failure(
            @JsonIgnore ClaudeError cause,
            @JsonProperty("request_id") @Nullable String requestId) implements ClaudeEvent {
        @Override
        public String type() {
            return "error";
        }

        /** The {@code error} object of the wire. */
        @JsonProperty("error")
        public ClaudeError.Body error() {
            return cause.body();
        }
    }

    /** What is added to a block. The kind fits the kind of the block. */
    interface Delta {

        /** The wire name of the delta, never null. */
        @JsonProperty("type")
        String type();
    }

    /**
     * More text, for a text block.
     *
     * @param text not empty
     */
    @JsonPropertyOrder({"type", "text"})
    record TextDelta(String text) implements Delta {
        @Override
        public String type() {
            return "text_delta";
        }
    }

    /**
     * More thought, for a thinking block.
     *
     * @param thinking not empty
     */
    @JsonPropertyOrder({"type", "thinking"})
    record ThinkingDelta(String thinking) implements Delta {
        @Override
        public String type() {
            return "thinking_delta";
        }
    }

    /**
     * The signature of a thinking block, once, as its last delta.
     *
     * @param signature opaque
     */
    @JsonPropertyOrder({"type", "signature"})
    record SignatureDelta(String signature) implements Delta {
        @Override
        public String type() {
            return "signature_delta";
        }
    }

    /**
     * A source of a text block.
     *
     * @param citation an object, as Claude's API has it
     */
    @JsonPropertyOrder({"type", "citation"})
    record CitationsDelta(JsonNode citation) implements Delta {
        @Override
        public String type() {
            return "citations_delta";
        }
    }

    /**
     * A fragment of the JSON text of a tool's input, for a tool use block.
     *
     * @param partialJson the fragment; the first of a block is empty
     */
    @JsonPropertyOrder({"type", "partial_json"})
    record InputJsonDelta(@JsonProperty("partial_json") String partialJson) implements Delta {
        @Override
        public String type() {
            return "input_json_delta";
        }
    }

    /**
     * How the answer ended.
     *
     * @param stopReason never null in our streams
     * @param stopSequence the stop sequence that was met, for that reason
     * @param stopDetails more about a refusal
     * @param container the container of code execution
     */
    @JsonPropertyOrder({"stop_reason", "stop_sequence", "stop_details", "container"})
    record StopDelta(
            @JsonProperty("stop_reason") String stopReason,
            @JsonProperty("stop_sequence") @Nullable String stopSequence,
            @JsonProperty("stop_details") @Nullable StopDetails stopDetails,
            @Nullable JsonNode container) {}
}
