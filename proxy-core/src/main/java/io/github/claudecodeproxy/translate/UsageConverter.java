package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.Usage;
import io.github.claudecodeproxy.provider.ProviderProfile;
import org.jspecify.annotations.Nullable;

/**
 * Turns a provider's token counts into Claude's. Chat Completions counts cached tokens inside the prompt; Claude counts
 * them beside it.
 */
final class UsageConverter {

    private final ProviderProfile profile;
    private final PromptEstimate estimate;
    private final Diagnostics diagnostics;

    UsageConverter(ProviderProfile profile, PromptEstimate estimate, Diagnostics diagnostics) {
        this.profile = profile;
        this.diagnostics = diagnostics;
        this.estimate = estimate;
    }

    /** What {@code message_start} says: the estimate, because nothing better is known yet. */
    Usage atStart() {
        return Usage.of(estimate.tokens(), 0, 0, 1);
    }

    /** The counts of the whole answer; estimates when the provider gives none. */
    Usage atEnd(@Nullable JsonNode usage, @Nullable String serviceTier, long estimatedOutput) {
        if (usage == null) {
            diagnostics.add(
                    Diagnostic.Kind.USAGE_ESTIMATED, "usage", "the provider gave no token counts; they are estimates");
            return Usage.of(estimate.tokens(), 0, 0, estimatedOutput);
        }
        long prompt = Math.max(0, prompt(usage));
        estimate.counted(prompt);
        long read = cacheRead(usage);
        long written = cacheWritten(usage);
        // xAI may report more cached tokens than prompt tokens; then the prompt is what was not cached.
        long input = read > prompt ? prompt : Math.max(0, prompt - read - written);
        JsonNode reasoning = usage.path("completion_tokens_details").path("reasoning_tokens");
        Usage converted = Usage.of(input, written, read, output(usage, tokens(reasoning)));
        if (reasoning.isNumber()) {
            converted = converted.withThinkingTokens(tokens(reasoning));
        }
        return converted.withServiceTier(tier(serviceTier));
    }

    private long output(JsonNode usage, long reasoning) {
        long output = tokens(usage.path("completion_tokens"));
        return switch (profile.answers().outputTokens()) {
            case COMPLETION -> output;
            case WITH_REASONING -> output + reasoning;
            case REST_OF_TOTAL -> Math.max(output, tokens(usage.path("total_tokens")) - prompt(usage));
        };
    }

    private static long prompt(JsonNode usage) {
        return usage.path("prompt_tokens").isNumber()
                ? usage.path("prompt_tokens").asLong()
                : usage.path("total_tokens").asLong()
                        - usage.path("completion_tokens").asLong();
    }

    private static long cacheRead(JsonNode usage) {
        return first(
                usage.path("prompt_tokens_details").path("cached_tokens"),
                usage.path("prompt_token_details").path("cached_tokens"),
                usage.path("prompt_cache_hit_tokens"),
                usage.path("cached_tokens"),
                usage.path("num_cached_tokens"));
    }

    private static long cacheWritten(JsonNode usage) {
        JsonNode details = usage.path("prompt_tokens_details");
        return first(details.path("cache_write_tokens"), details.path("cache_creation_input_tokens"));
    }

    private static long first(JsonNode... candidates) {
        for (JsonNode candidate : candidates) {
            if (candidate.isNumber()) {
                return tokens(candidate);
            }
        }
        return 0;
    }

    /** A number of tokens; what can be none counts as 0. */
    private static long tokens(JsonNode number) {
        return number.canConvertToInt() ? Math.max(0, number.asInt()) : 0;
    }

    private static @Nullable String tier(@Nullable String upstream) {
        if (upstream == null) {
            return null;
        }
        return upstream.equals("priority") || upstream.equals("fast") ? "priority" : "standard";
    }
}
