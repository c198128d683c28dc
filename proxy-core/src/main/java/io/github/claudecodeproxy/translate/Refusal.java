package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an error says that it refuses. Immutable.
 *
 * @param key the parameter; {@code messages.} and a name for a field of messages, {@code schema.} for a keyword
 * @param about what about it is refused
 * @param limit the largest value that is taken; null when none is named
 * @param levels the efforts that are taken, in the provider's words; null when none are named
 * @param change what differs from then on; null when that depends on the field
 */
record Refusal(
        String key,
        About about,
        @Nullable Long limit,
        @Nullable String levels,
        @Nullable Change change) {

    private static final Pattern STEP = Pattern.compile("[.\\[\\]]+");
    private static final Pattern INDEX = Pattern.compile("\\d*");
    /** What providers put between a field and those inside of it. */
    private static final Set<String> PASSED_OVER =
            Set.of("body", "parameter", "function", "custom", "assistant", "user", "system", "tool");

    /** What may be inside of many fields. */
    private static final Set<String> ANYWHERE = Set.of("strict", "cache_control", "prompt_cache_breakpoint");

    /** What about a field is refused. */
    enum About {
        /** The field, whatever it says. */
        @JsonProperty("name")
        NAME,
        /** What it says. */
        @JsonProperty("value")
        VALUE,
        /** That it says more than a limit. */
        @JsonProperty("limit")
        LIMIT
    }

    /**
     * What differs from then on, with places for what the refusal names.
     *
     * @param provider in the provider's profile
     * @param model in what is known of the model
     */
    record Change(
            @JsonProperty("provider") @Nullable ObjectNode provider,
            @JsonProperty("model") @Nullable ObjectNode model) {}

    static Refusal of(String path, About about, @Nullable Long limit) {
        return new Refusal(key(path), about, limit, null, null);
    }

    /** What a path means, as the provider writes it. */
    static String key(String path) {
        List<String> steps = new ArrayList<>();
        for (String step : STEP.split(path)) {
            if (!INDEX.matcher(step).matches() && !PASSED_OVER.contains(step.toLowerCase(Locale.ROOT))) {
                steps.add(step);
            }
        }
        if (steps.isEmpty()) {
            return "";
        }
        String first = RefusalWords.builtIn().alias(steps.get(0).toLowerCase(Locale.ROOT));
        String last = steps.get(steps.size() - 1);
        String lastName = last.toLowerCase(Locale.ROOT);
        if (steps.size() == 1) {
            return first;
        }
        if (ANYWHERE.contains(lastName)) {
            return lastName;
        }
        return switch (first) {
            case "messages" -> first + "." + lastName;
            case "reasoning" -> lastName.equals("effort") ? "reasoning_effort" : first;
            case "tools" -> steps.contains("parameters") ? "schema." + last : first;
            default -> first;
        };
    }
}
