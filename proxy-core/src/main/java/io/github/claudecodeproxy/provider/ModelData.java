package io.github.claudecodeproxy.provider;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model, or of a family of models; {@code models.json} holds the values with their sources. Null
 * means unknown. Immutable.
 *
 * @param match names it holds for, in lower case, {@code *} for any text; a {@code vendor/} before the name is passed
 *     over, as is {@code ft:} of tuned models
 * @param maxOutputTokens most tokens of one answer
 * @param contextWindow most tokens of prompt and answer together
 * @param maxTokensField how the cap on the answer is spelled, where the provider leaves it to the model
 * @param systemRole the role of the leading system message, where the provider leaves it to the model
 * @param sampling whether {@code temperature} and {@code top_p} may be sent
 * @param stop whether {@code stop} may be sent
 * @param images whether the model sees images
 * @param efforts the values of {@code reasoning_effort} that it takes, lowest first; empty when it takes none
 * @param effortWithTools the effort to send when tools are offered: null sends what was asked for, a value is sent
 *     instead, and {@code absent} sends none
 * @param silenceSeconds how long the model may be silent, where that is longer than the provider's
 */
public record ModelData(
        String match,
        @Nullable Integer maxOutputTokens,
        @Nullable Integer contextWindow,
        @Nullable String maxTokensField,
        String systemRole,
        boolean sampling,
        boolean stop,
        boolean images,
        @Nullable List<String> efforts,
        @Nullable String effortWithTools,
        @Nullable Integer silenceSeconds) {

    public ModelData {
        efforts = efforts == null ? null : List.copyOf(efforts);
    }

    /** What is known of a model: the first matching entry; there is always one, the last matches every name. */
    public static ModelData of(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        String tuned = name.startsWith("ft:") ? name.substring("ft:".length()) : name;
        String bare = tuned.substring(tuned.lastIndexOf('/') + 1);
        for (Entry entry : Holder.ENTRIES) {
            if (entry.pattern().matcher(bare).matches()) {
                return entry.data();
            }
        }
        throw new IllegalStateException("models.json has no entry that matches every name");
    }

    private record Entry(Pattern pattern, ModelData data) {

        static Entry of(ModelData data) {
            String regex = Pattern.quote(data.match()).replace("*", "\\E.*\\Q");
            return new Entry(Pattern.compile(regex, Pattern.DOTALL), data);
        }
    }

    private static final class Holder {
        static final List<Entry> ENTRIES = DataFile.read("models.json", "models", ModelData.class).stream()
                .map(Entry::of)
                .toList();
    }
}
