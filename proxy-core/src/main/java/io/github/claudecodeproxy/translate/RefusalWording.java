package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One provider's way to refuse a parameter, with places for what it names. Immutable. */
final class RefusalWording {

    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}|\\.\\.\\.|,,");
    private static final Pattern SEPARATOR = Pattern.compile("[, ]+");
    private static final Pattern GROUPING = Pattern.compile("[,_]");
    /** Bounded, as messages are, so that none takes long to match. */
    private static final String GAP = ".{0,120}?";

    private static final String WORD = "\\S{1,100}?";
    private static final String NUMBER = "(?<![\\w.])(?<%s>\\d(?:[,_]?\\d){0,15})(?!\\w)";
    private static final String PATH = "(?<![\\w.\\[\\]$-])(?<%s>[\\w.\\[\\]$-]{1,160})";
    private static final String LIST = "(?<%s>[\\w.,:=<>\\[\\] -]{1,300})";

    private final Pattern pattern;
    private final Set<String> names = new HashSet<>();
    private final @Nullable String field;
    private final @Nullable String only;
    private final Refusal.About about;
    private final Refusal.@Nullable Change change;

    RefusalWording(
            @JsonProperty("words") String words,
            @JsonProperty("field") @Nullable String field,
            @JsonProperty("only") @Nullable String only,
            @JsonProperty("about") Refusal.About about,
            @JsonProperty("provider") @Nullable ObjectNode provider,
            @JsonProperty("model") @Nullable ObjectNode model) {
        this.field = field;
        this.only = only;
        this.about = about;
        this.change = provider == null && model == null ? null : new Refusal.Change(provider, model);
        StringBuilder regex = new StringBuilder();
        String plain = RefusalWords.plain(words);
        Matcher place = PLACE.matcher(plain);
        int from = 0;
        while (place.find()) {
            regex.append(literal(plain, from, place.start()));
            regex.append(place(place.group(), place.group(1)));
            from = place.end();
        }
        regex.append(literal(plain, from, plain.length()));
        pattern = Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
    }

    private static String literal(String words, int from, int to) {
        return from == to ? "" : Pattern.quote(words.substring(from, to));
    }

    private String place(String text, @Nullable String name) {
        if (name == null) {
            return text.equals(",,") ? WORD : GAP;
        }
        names.add(name);
        return switch (name) {
            case "limit", "below" -> NUMBER.formatted(name);
            case "fields", "levels" -> LIST.formatted(name);
            case "field", "inner" -> PATH.formatted(name);
            default -> throw new IllegalArgumentException(name + " is no name of a place");
        };
    }

    /** What a message refuses in these words; empty when it is worded otherwise. */
    List<Refusal> read(String plainMessage) {
        List<Refusal> refusals = new ArrayList<>();
        Matcher match = pattern.matcher(plainMessage);
        while (match.find()) {
            for (String name : fields(match)) {
                String inner = group(match, "inner");
                String key = field != null ? field : Refusal.key(inner == null ? name : name + "." + inner);
                Refusal refusal = new Refusal(key, about, limit(match), group(match, "levels"), change);
                if (only == null || only.equals(refusal.key())) {
                    refusals.add(refusal);
                }
            }
        }
        return refusals;
    }

    private List<String> fields(Matcher match) {
        if (field != null) {
            return List.of(field);
        }
        String list = group(match, "fields");
        String one = group(match, "field");
        return list != null ? List.of(SEPARATOR.split(list)) : one != null ? List.of(one) : List.of();
    }

    private @Nullable Long limit(Matcher match) {
        String below = group(match, "below");
        String digits = below != null ? below : group(match, "limit");
        if (digits == null) {
            return null;
        }
        long number = Long.parseLong(GROUPING.matcher(digits).replaceAll(""));
        return below != null ? number - 1 : number;
    }

    private @Nullable String group(Matcher match, String name) {
        return names.contains(name) ? match.group(name) : null;
    }
}
