package io.github.claudecodeproxy.provider;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;

/**
 * Names of models, in any case; {@code *} stands for any text. A {@code vendor/} before a name is passed over, unless the
 * pattern has one too, as is {@code ft:} of tuned models. Immutable.
 */
public final class ModelPattern {

    private final String text;

    /** What must be there in this order; any text may stand between. */
    private final List<String> parts;

    private ModelPattern(String text) {
        this.text = text;
        this.parts = List.of(text.toLowerCase(Locale.ROOT).split("\\*", -1));
    }

    /** A pattern from its text. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static ModelPattern of(String text) {
        return new ModelPattern(text);
    }

    /** The pattern that stands for one model. */
    static ModelPattern only(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        return new ModelPattern(name.startsWith("ft:") ? name.substring("ft:".length()) : name);
    }

    /** Whether it stands for this model. */
    public boolean matches(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        String tuned = name.startsWith("ft:") ? name.substring("ft:".length()) : name;
        return fits(text.indexOf('/') < 0 ? tuned.substring(tuned.lastIndexOf('/') + 1) : tuned);
    }

    private boolean fits(String name) {
        String first = parts.get(0);
        if (parts.size() == 1) {
            return name.equals(first);
        }
        if (!name.startsWith(first)) {
            return false;
        }
        int at = first.length();
        for (int i = 1; i < parts.size() - 1; i++) {
            int found = name.indexOf(parts.get(i), at);
            if (found < 0) {
                return false;
            }
            at = found + parts.get(i).length();
        }
        String last = parts.get(parts.size() - 1);
        return at + last.length() <= name.length() && name.endsWith(last);
    }

    /** The pattern's text. */
    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
