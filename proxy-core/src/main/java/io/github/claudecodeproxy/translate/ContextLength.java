package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognises that a prompt was too long, in the words of every provider, and says it in the only words that let Claude
 * Code shorten the conversation and go on. Immutable.
 */
final class ContextLength {

    /** What Claude Code looks for; an upstream that says it already is not put into other words. */
    private static final Pattern PROTOCOL_WORDS =
            Pattern.compile("prompt is too long: \\d{1,15} tokens > \\d{1,15} maximum"
                    + "|exceed context limit: \\d{1,15} \\+ \\d{1,15} > \\d{1,15}");

    private final long estimatedPrompt;
    private final @Nullable Integer contextWindow;

    ContextLength(long estimatedPrompt, @Nullable Integer contextWindow) {
        this.estimatedPrompt = estimatedPrompt;
        this.contextWindow = contextWindow;
    }

    /** The message for the client, or null when the error is about something else. */
    @Nullable
    String message(int status, UpstreamError error) {
        boolean possible = status == 400 || status == 413 || status == 422 || status >= 500;
        ContextNumbers named = possible ? ContextWordings.builtIn().find(error, usualLimit()) : null;
        if (named == null) {
            return null;
        }
        if (PROTOCOL_WORDS.matcher(error.message()).find()) {
            return error.message();
        }
        return message(beside(error.json()).or(named));
    }

    /** llama.cpp has the numbers beside its words. */
    private static ContextNumbers beside(JsonNode error) {
        return new ContextNumbers(
                ContextNumbers.count(digits(error.path("n_ctx"))),
                ContextNumbers.count(digits(error.path("n_prompt_tokens"))),
                null);
    }

    private static @Nullable String digits(JsonNode number) {
        return number.canConvertToLong() && number.asLong() > 0 ? String.valueOf(number.asLong()) : null;
    }

    private String message(ContextNumbers numbers) {
        long limit = numbers.limit() != null ? numbers.limit() : usualLimit();
        long prompt = numbers.prompt() != null ? numbers.prompt() : estimatedPrompt;
        Long completion = numbers.completion();
        if (prompt < limit && completion != null && prompt + completion > limit) {
            return "input length and `max_tokens` exceed context limit: " + prompt + " + " + completion + " > " + limit
                    + ", decrease input length or `max_tokens` and try again";
        }
        return "prompt is too long: " + Math.max(prompt, limit + 1) + " tokens > " + limit + " maximum";
    }

    private long usualLimit() {
        return contextWindow != null ? contextWindow : Math.max(1, estimatedPrompt - 1);
    }
}
