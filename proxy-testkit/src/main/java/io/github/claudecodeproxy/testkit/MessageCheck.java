package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The fields of {@code message_start}, {@code message_delta} and {@code error} in one stream. */
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

    /** Members of a message that may be null but not be absent: typed clients require each. */
    private static final List<String> NULLABLE =
            List.of("stop_reason", "stop_sequence", "stop_details", "container", "diagnostics");

    private static final Set<String> MEMBERS = Set.of("id", "type", "role", "model", "content", "usage");

    /** Members of the usage at the start that may be null but not be absent. */
    private static final List<String> NULLABLE_USAGE =
            List.of("cache_creation", "output_tokens_details", "server_tool_use", "service_tier", "inference_geo");

    private static final Set<String> CATEGORIES =
            Set.of("cyber", "bio", "frontier_llm", "reasoning_extraction", "general_harms");

    private static final Set<String> ERRORS = Set.of(
            "invalid_request_error",
            "authentication_error",
            "billing_error",
            "permission_error",
            "not_found_error",
            "conflict_error",
            "request_too_large",
            "rate_limit_error",
            "api_error",
            "timeout_error",
            "overloaded_error");

    private final Consumer<String> violation;
    private long output;

    MessageCheck(Consumer<String> violation) {
        this.violation = violation;
    }

    void start(JsonNode message) {
        expect(message.path("id").asText().startsWith("msg_"), "message.id does not start with msg_");
        expect(message.path("type").asText().equals("message"), "message.type is not message");
        expect(message.path("role").asText().equals("assistant"), "message.role is not assistant");
        expect(!message.path("model").asText().isEmpty(), "message.model is missing");
        expect(message.path("content").isArray() && message.path("content").isEmpty(), "message.content is not []");
        NULLABLE.forEach(key -> expect(message.path(key).isNull(), "message." + key + " is not an explicit null"));
        message.fieldNames().forEachRemaining(key -> {
            boolean known = MEMBERS.contains(key) || NULLABLE.contains(key) || key.equals("context_management");
            expect(known, "message has " + key + ", which no client knows");
        });
        usageAtStart(message.path("usage"));
    }

    private void usageAtStart(JsonNode usage) {
        for (String count : INPUT_COUNTS) {
            expect(isCount(usage.path(count)), "message.usage." + count + " is no count");
        }
        expect(isCount(usage.path("output_tokens")), "message.usage.output_tokens is no count");
        NULLABLE_USAGE.forEach(key -> expect(usage.has(key), "message.usage." + key + " is missing"));
        details(usage);
    }

    private void details(JsonNode usage) {
        counts(usage, "cache_creation", "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens");
        counts(usage, "output_tokens_details", "thinking_tokens");
        counts(usage, "server_tool_use", "web_search_requests", "web_fetch_requests");
        JsonNode tier = usage.path("service_tier");
        boolean known = Set.of("standard", "priority", "batch").contains(tier.asText());
        expect(isAbsent(tier) || known, "usage.service_tier is " + tier);
    }

    private void counts(JsonNode usage, String member, String... counts) {
        JsonNode details = usage.path(member);
        for (String count : isAbsent(details) ? new String[0] : counts) {
            expect(isCount(details.path(count)), "usage." + member + "." + count + " is no count");
        }
    }

    void delta(JsonNode data) {
        JsonNode delta = data.path("delta");
        String reason = delta.path("stop_reason").asText();
        expect(STOP_REASONS.contains(reason), "delta.stop_reason is " + delta.path("stop_reason"));
        for (String key : List.of("stop_sequence", "stop_details", "container")) {
            expect(delta.has(key), "delta." + key + " is missing");
        }
        expect(
                reason.equals("stop_sequence") == delta.path("stop_sequence").isTextual(),
                "delta.stop_sequence is " + delta.path("stop_sequence") + " with stop_reason " + reason);
        stopDetails(delta.path("stop_details"), reason);
        usageAtEnd(data.path("usage"));
    }

    private void stopDetails(JsonNode details, String reason) {
        expect(
                reason.equals("refusal") == details.isObject(),
                "delta.stop_details is " + details + " with stop_reason " + reason);
        if (details.isObject()) {
            JsonNode category = details.path("category");
            boolean known = category.isNull() || CATEGORIES.contains(category.asText());
            expect(details.path("type").asText().equals("refusal"), "delta.stop_details.type is no refusal");
            expect(known, "delta.stop_details.category is " + category);
            expect(details.has("explanation"), "delta.stop_details.explanation is missing");
        }
    }

    private void usageAtEnd(JsonNode usage) {
        JsonNode written = usage.path("output_tokens");
        expect(isCount(written), "usage.output_tokens is no count");
        expect(written.longValue() >= output, "usage.output_tokens sinks to " + written);
        output = written.longValue();
        for (String count : INPUT_COUNTS) {
            JsonNode value = usage.path(count);
            expect(isAbsent(value) || isCount(value), "usage." + count + " is no count");
        }
        details(usage);
    }

    static void error(JsonNode error, Consumer<String> violation) {
        if (!error.path("type").isTextual() || !error.path("message").isTextual()) {
            violation.accept("error needs a type and a message: " + error);
        } else if (!ERRORS.contains(error.path("type").textValue())) {
            violation.accept("no client knows the error type " + error.path("type"));
        }
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static boolean isCount(JsonNode node) {
        return node.isIntegralNumber() && node.longValue() >= 0;
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds) {
            violation.accept(otherwise);
        }
    }
}
