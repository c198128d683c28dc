package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The words of {@code refusals.json}, in which providers refuse a parameter. Immutable.
 *
 * @param refusals what shows that something is refused, not merely mentioned
 * @param none what shows that the effort {@code none} is wanted
 * @param aliases other names of a parameter
 */
record RefusalWords(List<Phrase> refusals, List<Phrase> none, Map<String, String> aliases) {

    private static final RefusalWords BUILT_IN = DataFile.read("refusals.json", RefusalWords.class);

    RefusalWords(
            @JsonProperty("refusals") List<Phrase> refusals,
            @JsonProperty("none") List<Phrase> none,
            @JsonProperty("aliases") Map<String, String> aliases) {
        this.refusals = List.copyOf(refusals);
        this.none = List.copyOf(none);
        this.aliases = Map.copyOf(aliases);
    }

    /**
     * A piece of a message, in lower case.
     *
     * @param text the piece
     */
    record Phrase(@JsonProperty("text") String text) {}

    static RefusalWords builtIn() {
        return BUILT_IN;
    }

    boolean refuses(String words) {
        return refusals.stream().anyMatch(phrase -> words.contains(phrase.text()));
    }

    boolean wantsNone(String words) {
        return none.stream().anyMatch(phrase -> words.contains(phrase.text()));
    }

    /** The parameter that goes by this name. */
    String alias(String name) {
        return aliases.getOrDefault(name, name);
    }

    /** Whether a message names a parameter, by any of its names, as a word of its own. */
    boolean names(String words, String field) {
        return word(words, field)
                || aliases.entrySet().stream()
                        .anyMatch(alias -> alias.getValue().equals(field)
                                && word(words, alias.getKey().toLowerCase(Locale.ROOT)));
    }

    private static boolean word(String words, String name) {
        for (int at = words.indexOf(name); at >= 0; at = words.indexOf(name, at + 1)) {
            boolean begins = at == 0 || !part(words.charAt(at - 1));
            int end = at + name.length();
            boolean ends = end == words.length() || !part(words.charAt(end));
            if (begins && ends) {
                return true;
            }
        }
        return false;
    }

    private static boolean part(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
