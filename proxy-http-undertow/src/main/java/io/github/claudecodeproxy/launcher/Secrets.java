package io.github.claudecodeproxy.launcher;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Takes out of a text what nobody but the provider may see. Immutable. */
final class Secrets {

    /** Shorter values are words that stand everywhere ("dummy", "x"), not secrets. */
    private static final int SHORTEST = 8;

    private static final Pattern KEY_LIKE = Pattern.compile("\\b(?:sk|pk|gsk|xai|AIza)[-_A-Za-z0-9]{16,}"
            + "|\\beyJ[-_A-Za-z0-9]{8,}\\.[-_A-Za-z0-9]+\\.[-_A-Za-z0-9]*");
    /** One of these stands in whatever {@link #KEY_LIKE} finds; looking for them first saves most of its time. */
    private static final List<String> KEY_MARKS = List.of("sk", "pk", "xai", "AIza", "eyJ");

    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/?#\\s]*@");
    private static final String MASK = "***";

    private final List<String> values;

    private Secrets(List<String> values) {
        this.values = List.copyOf(values);
    }

    /** The secrets among these variables. */
    static Secrets of(Map<String, String> variables) {
        List<String> values = new ArrayList<>();
        variables.forEach((name, value) -> {
            if (Variables.secret(name)) {
                values.add(value.strip());
            }
            if (name.equals(Variables.STATE_SECRET)) {
                values.addAll(List.of(value.split("[, ]+")));
            }
            if (name.equals(Variables.ANTHROPIC_API_KEY)) {
                for (String key : value.split("[, ]+")) {
                    values.add(key);
                    values.add(key.substring(key.indexOf('=') + 1));
                }
            }
        });
        values.removeIf(value -> value.length() < SHORTEST);
        return new Secrets(longestFirst(values));
    }

    /** These and those. */
    Secrets and(Secrets others) {
        Set<String> both = new LinkedHashSet<>(values);
        both.addAll(others.values);
        return new Secrets(longestFirst(both));
    }

    /** A secret that contains another one must go first. */
    private static List<String> longestFirst(Collection<String> values) {
        List<String> sorted = new ArrayList<>(values);
        sorted.sort(Comparator.comparingInt(String::length).reversed());
        return sorted;
    }

    /** The text with every secret replaced. */
    String mask(String text) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, MASK);
        }
        if (mayHoldKey(masked)) {
            masked = KEY_LIKE.matcher(masked).replaceAll(MASK);
        }
        return masked.contains("://") ? USER_INFO.matcher(masked).replaceAll(MASK + "@") : masked;
    }

    private static boolean mayHoldKey(String text) {
        for (String mark : KEY_MARKS) {
            if (text.contains(mark)) {
                return true;
            }
        }
        return false;
    }

    /** A URL without user and query, where keys are carried. */
    String maskUrl(String url) {
        int query = url.indexOf('?');
        return mask(query < 0 ? url : url.substring(0, query) + "?" + MASK);
    }

    /** The form of a URI that may be shown. */
    String maskUrl(URI url) {
        return maskUrl(url.toString());
    }
}
