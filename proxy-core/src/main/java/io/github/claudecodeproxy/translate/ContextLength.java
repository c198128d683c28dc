package io.github.claudecodeproxy.translate;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognises that a prompt was too long, in the words of every provider, and says it in the only words that let Claude
 * Code shorten the conversation and go on. Immutable.
 */
final class ContextLength {

    private static final Pattern NUMBER = Pattern.compile("\\b\\d{3,}\\b");
    /** What Claude Code looks for; an upstream that says it already is not put into other words. */
    private static final Pattern PROTOCOL_WORDS = Pattern.compile(
            "prompt is too long: \\d+ tokens > \\d+ maximum|exceed context limit: \\d+ \\+ \\d+ > \\d+");

    private static final Pattern SPLIT =
            Pattern.compile("requested (\\d+) tokens \\((\\d+) (?:in|of)[^,;]*[,;] ?(\\d+) (?:in|for)[^)]*\\)");

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
        if (!possible || !recognised(error)) {
            return null;
        }
        if (PROTOCOL_WORDS.matcher(error.message()).find()) {
            return error.message();
        }
        List<Long> numbers = numbers(error);
        Matcher split = SPLIT.matcher(error.message());
        if (split.find() && !numbers.isEmpty()) {
            long prompt = Long.parseLong(split.group(2));
            long limit = numbers.get(0);
            if (prompt < limit) {
                return "input length and `max_tokens` exceed context limit: " + prompt + " + " + split.group(3) + " > "
                        + limit + ", decrease input length or `max_tokens` and try again";
            }
            return tooLong(prompt, limit);
        }
        long limit = limit(numbers);
        return tooLong(Math.max(prompt(numbers, limit), limit + 1), limit);
    }

    private static String tooLong(long prompt, long limit) {
        return "prompt is too long: " + prompt + " tokens > " + limit + " maximum";
    }

    private static boolean recognised(UpstreamError error) {
        return error.says(
                "context_length_exceeded",
                "exceed_context_size",
                "maximum context length",
                "context length exceeded",
                "loaded with context length",
                "exceeds the available context size",
                "exceeds the context window",
                "exceeds the model's context",
                "exceed context limit",
                "longer than the model's context",
                "greater than the context length",
                "input is too long",
                "prompt is too long",
                "prompt too long",
                "tokens_limit_reached");
    }

    private static List<Long> numbers(UpstreamError error) {
        List<Long> numbers = new ArrayList<>();
        if (error.json().hasNonNull("n_ctx")) {
            numbers.add(error.json().path("n_ctx").asLong());
            numbers.add(error.json().path("n_prompt_tokens").asLong());
            return numbers;
        }
        Matcher matcher = NUMBER.matcher(error.message());
        while (matcher.find() && numbers.size() < 4) {
            numbers.add(Long.parseLong(
                    matcher.group().substring(0, Math.min(15, matcher.group().length()))));
        }
        return numbers;
    }

    /** With two numbers the smaller is the limit, whichever comes first. */
    private long limit(List<Long> numbers) {
        if (numbers.size() >= 2) {
            return Math.min(numbers.get(0), numbers.get(1));
        }
        if (numbers.size() == 1) {
            return numbers.get(0);
        }
        return contextWindow != null ? contextWindow : Math.max(1, estimatedPrompt - 1);
    }

    private long prompt(List<Long> numbers, long limit) {
        if (numbers.size() >= 2) {
            return Math.max(numbers.get(0), numbers.get(1));
        }
        return Math.max(estimatedPrompt, limit + 1);
    }
}
