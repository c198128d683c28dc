package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The words of {@code context-length.json}, in which providers call a prompt too long. Immutable.
 *
 * @param wordings with their numbers, the first that fits wins
 * @param phrases what means the same where no wording fits
 * @param never what is about something else
 */
record ContextWordings(List<ContextWording> wordings, List<String> phrases, List<String> never) {

    private static final ContextWordings BUILT_IN = DataFile.read("context-length.json", ContextWordings.class);

    ContextWordings(
            @JsonProperty("wordings") List<ContextWording> wordings,
            @JsonProperty("phrases") List<String> phrases,
            @JsonProperty("never") List<String> never) {
        this.wordings = List.copyOf(wordings);
        this.phrases = phrases.stream().map(ContextWording::plain).toList();
        this.never = List.copyOf(never);
    }

    static ContextWordings builtIn() {
        return BUILT_IN;
    }

    /** The sizes that an error names, or null when it is about something else. */
    @Nullable
    ContextNumbers find(UpstreamError error, long knownLimit) {
        String message = ContextWording.plain(error.message());
        if (says(never, message, error.code())) {
            return null;
        }
        for (ContextWording wording : wordings) {
            ContextNumbers numbers = wording.read(message, knownLimit);
            if (numbers != null) {
                return numbers;
            }
        }
        return says(phrases, message, error.code()) ? ContextNumbers.guess(message) : null;
    }

    private static boolean says(List<String> words, String message, String code) {
        return words.stream().anyMatch(word -> message.contains(word) || code.contains(word));
    }
}
