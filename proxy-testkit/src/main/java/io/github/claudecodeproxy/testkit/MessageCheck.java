package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The fields of {@code message_start} and {@code message_delta}. */
final class MessageCheck {

    private static final Set<String> STOP_REASONS = Set.of(
            "end_turn",
            "tool_use",
            "max_tokens",
            "stop_sequence",
            "pause_turn",
            "refusal",
            "model_context_window_exceeded",
            "compaction");

    private static final List<String> INPUT_COUNTS =
            List.of("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens");

    private MessageCheck() {}

    static void start(JsonNode message, Consumer<String> violation) {
        expect(message.path("id").asText().startsWith("msg_"), "message.id does not start with msg_", violation);
        expect(message.path("type").asText().equals("message"), "message.type is not message", violation);
        expect(message.path("role").asText().equals("assistant"), "message.role is not assistant", violation);
        expect(!message.path("model").asText().isEmpty(), "message.model is missing", violation);
        expect(isEmptyArray(message.path("content")), "message.content is not []", violation);
        for (String key : List.of("stop_reason", "stop_sequence", "stop_details", "container")) {
            expect(message.path(key).isNull(), "message." + key + " is not an explicit null", violation);
        }
        for (String count : INPUT_COUNTS) {
            expect(isCount(message.path("usage").path(count)), "message.usage." + count + " is no count", violation);
        }
        expect(
                isCount(message.path("usage").path("output_tokens")),
                "message.usage.output_tokens is no count",
                violation);
    }

    static void delta(JsonNode data, Consumer<String> violation) {
        JsonNode delta = data.path("delta");
        String reason = delta.path("stop_reason").asText();
        expect(STOP_REASONS.contains(reason), "delta.stop_reason is " + delta.path("stop_reason"), violation);
        for (String key : List.of("stop_sequence", "stop_details", "container")) {
            expect(delta.has(key), "delta." + key + " is missing", violation);
        }
        expect(
                reason.equals("stop_sequence") == delta.path("stop_sequence").isTextual(),
                "delta.stop_sequence is " + delta.path("stop_sequence") + " with stop_reason " + reason,
                violation);
        usage(data.path("usage"), violation);
    }

    private static void usage(JsonNode usage, Consumer<String> violation) {
        expect(isCount(usage.path("output_tokens")), "usage.output_tokens is no count", violation);
        for (String count : INPUT_COUNTS) {
            JsonNode value = usage.path(count);
            boolean fits = value.isMissingNode() || value.isNull() || isCount(value);
            expect(fits, "usage." + count + " is no count", violation);
        }
    }

    private static boolean isEmptyArray(JsonNode node) {
        return node.isArray() && node.isEmpty();
    }

    private static boolean isCount(JsonNode node) {
        return node.isIntegralNumber() && node.longValue() >= 0;
    }

    private static void expect(boolean holds, String otherwise, Consumer<String> violation) {
        if (!holds) {
            violation.accept(otherwise);
        }
    }
}
