package io.github.claudecodeproxy.translate;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider said about sizes, in tokens; null is what it did not say. Immutable.
 *
 * @param limit the size of the context
 * @param prompt the size of the prompt
 * @param completion how much room was asked for the answer
 */
record ContextNumbers(
        @Nullable Long limit,
        @Nullable Long prompt,
        @Nullable Long completion) {

    static final ContextNumbers NONE = new ContextNumbers(null, null, null);

    /** No number that is a part of a name, a date or a version: {@code gpt-4o-2024-08-06}. */
    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\w./-])(?:\\d{1,3}(?:,\\d{3}){1,3}|\\d{3,12})(?![\\w/-]|[.,]\\d)");

    /** Smaller numbers in such a message are a status or a count of something else. */
    private static final long SMALLEST = 512;

    private static final int LONGEST = 15;

    /** A count of tokens; null for what cannot be one. */
    static @Nullable Long count(@Nullable String digits) {
        String plain = digits == null ? "" : digits.replace(",", "");
        if (plain.isEmpty() || plain.length() > LONGEST) {
            return null;
        }
        long count = Long.parseLong(plain);
        return count > 0 ? count : null;
    }

    /** From words that no provider is known for: of two numbers the smaller is the limit, whichever comes first. */
    static ContextNumbers guess(String message) {
        List<Long> numbers = new ArrayList<>();
        Matcher matcher = NUMBER.matcher(message);
        while (numbers.size() < 2 && matcher.find()) {
            Long number = count(matcher.group());
            if (number != null && number >= SMALLEST) {
                numbers.add(number);
            }
        }
        return switch (numbers.size()) {
            case 0 -> NONE;
            case 1 -> new ContextNumbers(numbers.get(0), null, null);
            default ->
                new ContextNumbers(
                        Math.min(numbers.get(0), numbers.get(1)), Math.max(numbers.get(0), numbers.get(1)), null);
        };
    }

    /** These numbers, and the other's where one is missing. */
    ContextNumbers or(ContextNumbers other) {
        return new ContextNumbers(
                limit != null ? limit : other.limit,
                prompt != null ? prompt : other.prompt,
                completion != null ? completion : other.completion);
    }
}
