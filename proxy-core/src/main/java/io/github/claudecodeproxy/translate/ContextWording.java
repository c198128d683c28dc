package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One provider's way to say that a prompt is too long, with places for its numbers. Immutable. */
final class ContextWording {

    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}|\\.\\.\\.");
    private static final Pattern QUOTES = Pattern.compile("[`'\"\u2018\u2019]");
    private static final String NUMBER = "(?<!\\d)(?<%s>\\d[\\d,]{0,30})(?!\\d)";
    /** Bounded, as is the number of gaps in a wording, so that no message takes long to match. */
    private static final String GAP = ".{0,120}?";

    private final Pattern pattern;
    private final Set<String> names = new HashSet<>();
    private final int gaps;

    @JsonCreator
    ContextWording(@JsonProperty("words") String words) {
        String plain = plain(words);
        StringBuilder regex = new StringBuilder();
        Matcher place = PLACE.matcher(plain);
        int from = 0;
        int gapsSeen = 0;
        while (place.find()) {
            regex.append(literal(plain, from, place.start()));
            regex.append(place.group(1) == null ? GAP : NUMBER.formatted(place.group(1)));
            if (place.group(1) == null) {
                gapsSeen++;
            } else {
                names.add(place.group(1));
            }
            from = place.end();
        }
        gaps = gapsSeen;
        pattern = Pattern.compile(
                regex.append(literal(plain, from, plain.length())).toString());
    }

    /** How many gaps there are; the time that a match may take grows with each. */
    int gaps() {
        return gaps;
    }

    private static String literal(String words, int from, int to) {
        return from == to ? "" : Pattern.quote(words.substring(from, to));
    }

    /** How messages and wordings are compared. */
    static String plain(String words) {
        return QUOTES.matcher(words).replaceAll("").toLowerCase(Locale.ROOT);
    }

    /** The numbers in a message, or null when it is worded otherwise. */
    @Nullable
    ContextNumbers read(String plainMessage, long knownLimit) {
        Matcher matcher = pattern.matcher(plainMessage);
        if (!matcher.find()) {
            return null;
        }
        Long limit = number(matcher, "limit");
        Long completion = number(matcher, "completion");
        Long prompt = number(matcher, "prompt");
        Long total = number(matcher, "total");
        Long over = number(matcher, "over");
        if (total != null && prompt == null) {
            long rest = total - (completion == null ? 0 : completion);
            prompt = rest > 0 ? (Long) rest : null;
        }
        if (over != null && knownLimit > 0) {
            prompt = knownLimit + over;
        }
        return new ContextNumbers(limit, prompt, completion);
    }

    private @Nullable Long number(Matcher matcher, String name) {
        return names.contains(name) ? ContextNumbers.count(matcher.group(name)) : null;
    }
}
