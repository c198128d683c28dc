package io.github.claudecodeproxy.provider;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names of models: in lower case, {@code *} for any text. A {@code vendor/} before a name is passed over, as is {@code
 * ft:} of tuned models. Immutable.
 */
public final class ModelPattern {

    private final String text;
    private final Pattern pattern;

    private ModelPattern(String text) {
        this.text = text;
        this.pattern = Pattern.compile(Pattern.quote(text).replace("*", "\\E.*\\Q"), Pattern.DOTALL);
    }

    /** A pattern from its text. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static ModelPattern of(String text) {
        return new ModelPattern(text);
    }

    /** Whether it stands for this model. */
    public boolean matches(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        String tuned = name.startsWith("ft:") ? name.substring("ft:".length()) : name;
        return pattern.matcher(tuned.substring(tuned.lastIndexOf('/') + 1)).matches();
    }

    /** The pattern's text. */
    @Override
    public String toString() {
        return text;
    }
}
