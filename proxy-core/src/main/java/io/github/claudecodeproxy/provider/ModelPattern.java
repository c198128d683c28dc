package io.github.claudecodeproxy.provider;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names of models, in any case; {@code *} stands for any text. A {@code vendor/} before a name is passed over, unless the
 * pattern has one too, as is {@code ft:} of tuned models. Immutable.
 */
public final class ModelPattern {

    private final String text;
    private final Pattern pattern;

    private ModelPattern(String text) {
        this.text = text;
        String lower = text.toLowerCase(Locale.ROOT);
        this.pattern = Pattern.compile(Pattern.quote(lower).replace("*", "\\E.*\\Q"), Pattern.DOTALL);
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
        return pattern.matcher(text.indexOf('/') < 0 ? tuned.substring(tuned.lastIndexOf('/') + 1) : tuned)
                .matches();
    }

    /** The pattern's text. */
    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
