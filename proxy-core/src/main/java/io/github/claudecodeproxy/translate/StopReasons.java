package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeError;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a finish reason into a stop reason; what was emitted counts more than what the provider says. Immutable. */
final class StopReasons {

    private static final Set<String> FAILURES =
            Set.of("error", "network_error", "insufficient_system_resource", "abort");

    private final List<String> stopSequences;

    StopReasons(List<String> stopSequences) {
        this.stopSequences = stopSequences;
    }

    /** Whether the answer failed, although the provider ended it in order. */
    boolean failure(String finishReason) {
        return FAILURES.contains(finishReason);
    }

    ClaudeError.Type failureType(String finishReason) {
        return finishReason.equals("insufficient_system_resource") ? ClaudeError.Type.OVERLOADED : ClaudeError.Type.API;
    }

    String claude(String finishReason, boolean toolEmitted, boolean refused, @Nullable String matchedStop) {
        if (refused) {
            return "refusal";
        }
        return switch (finishReason.toLowerCase(Locale.ROOT)) {
            case "length", "max_tokens" -> "max_tokens";
            case "content_filter", "sensitive" -> "refusal";
            case "model_length", "model_context_window_exceeded" -> "model_context_window_exceeded";
            default -> completed(toolEmitted, matchedStop);
        };
    }

    /** Other words for stop, and tool_calls: a client that is told tool_use without a tool would loop. */
    private String completed(boolean toolEmitted, @Nullable String matchedStop) {
        if (toolEmitted) {
            return "tool_use";
        }
        return matchedStop != null && stopSequences.contains(matchedStop) ? "stop_sequence" : "end_turn";
    }
}
