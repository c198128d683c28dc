package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The words of {@code refusals.json}, in which providers refuse a parameter. Immutable.
 *
 * @param wordings the first that teaches something wins
 * @param codes codes of errors whose {@code param} is the parameter
 * @param types pydantic's types of errors
 * @param never what is about something else
 * @param fields how a request does without a parameter
 * @param kept what no request can do without
 * @param aliases other names of a parameter, in lower case
 */
record RefusalWords(
        List<RefusalWording> wordings,
        Map<String, Refusal.About> codes,
        Map<String, Refusal.About> types,
        List<String> never,
        Map<String, Refusal.Change> fields,
        Set<String> kept,
        Map<String, String> aliases) {

    private static final Pattern QUOTES = Pattern.compile("[`'\"\u2018\u2019]");

    private static final RefusalWords BUILT_IN = DataFile.read("refusals.json", RefusalWords.class);

    RefusalWords(
            @JsonProperty("wordings") List<RefusalWording> wordings,
            @JsonProperty("codes") Map<String, Refusal.About> codes,
            @JsonProperty("types") Map<String, Refusal.About> types,
            @JsonProperty("never") List<String> never,
            @JsonProperty("fields") Map<String, Refusal.Change> fields,
            @JsonProperty("kept") Set<String> kept,
            @JsonProperty("aliases") Map<String, String> aliases) {
        this.wordings = List.copyOf(wordings);
        this.codes = Map.copyOf(codes);
        this.types = Map.copyOf(types);
        this.never = List.copyOf(never);
        this.fields = Map.copyOf(fields);
        this.kept = Set.copyOf(kept);
        this.aliases = Map.copyOf(aliases);
    }

    static RefusalWords builtIn() {
        return BUILT_IN;
    }

    /** How messages and wordings are compared, besides their case. */
    static String plain(String words) {
        return QUOTES.matcher(words).replaceAll("");
    }

    /** The parameter that goes by this name. */
    String alias(String name) {
        return aliases.getOrDefault(name, name);
    }

    /** What a message may refuse, by each of the wordings that fit, the likeliest first. */
    Stream<List<Refusal>> read(String plainMessage) {
        String lower = plainMessage.toLowerCase(Locale.ROOT);
        if (never.stream().anyMatch(lower::contains)) {
            return Stream.empty();
        }
        return wordings.stream().map(wording -> wording.read(plainMessage)).filter(refusals -> !refusals.isEmpty());
    }

    /** How a request does without it; null when it is simply left out. */
    Refusal.@Nullable Change change(Refusal refusal, String key) {
        if (refusal.change() != null) {
            return refusal.change();
        }
        String about = key + "/" + refusal.about().name().toLowerCase(Locale.ROOT);
        String kind = key.startsWith("schema.") ? "schema" : key;
        return fields.containsKey(about) ? fields.get(about) : fields.get(kind);
    }
}
