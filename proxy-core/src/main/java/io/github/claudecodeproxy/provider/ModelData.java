package io.github.claudecodeproxy.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model, or of a family of models; {@code models.json} holds the values with their sources, and a
 * file of the user's may add to them. This is the one place that says what each field does. Null means unknown.
 * Immutable.
 *
 * @param match names it holds for
 * @param provider the provider that it holds for; null for all
 * @param api which of OpenAI's two APIs serves the model, where the provider leaves it to the model
 * @param maxOutputTokens most tokens of one answer
 * @param contextWindow most tokens of prompt and answer together
 * @param maxTokensField how the cap on the answer is spelled, where the provider leaves it to the model
 * @param systemRole the role of the leading system message, where the provider leaves it to the model
 * @param sampling whether {@code temperature} and {@code top_p} may be sent
 * @param stop whether {@code stop} may be sent
 * @param images whether the model sees images
 * @param tools whether the model takes tools
 * @param efforts the values of {@code reasoning_effort} that it takes, lowest first; empty when it takes none
 * @param effortWithTools the effort to send when tools are offered on Chat Completions: null sends what was asked for, a
 *     value is sent instead, and {@code absent} sends none
 * @param cacheBreakpoints whether parts may carry {@code prompt_cache_breakpoint}
 * @param startsReasoning whether its text begins with reasoning, without a tag that says so
 * @param silenceSeconds how long the model may be silent, where that is longer than the provider's
 * @param tokenizer the name of the tokenizer that counts exactly as the model does: {@code o200k} or {@code cl100k}
 * @param tokenRatio how many tokens of the model come of one token of {@link #DEFAULT_TOKENIZER} in the text of a usual
 *     programming session; 1 where the tokenizer is named
 * @param imageTokens how the vendor counts the tokens of an image; null for Anthropic's formula
 */
public record ModelData(
        ModelPattern match,
        @Nullable String provider,
        ProviderProfile.Api api,
        @Nullable Integer maxOutputTokens,
        @Nullable Integer contextWindow,
        @Nullable String maxTokensField,
        String systemRole,
        boolean sampling,
        boolean stop,
        boolean images,
        boolean tools,
        @Nullable List<String> efforts,
        @Nullable String effortWithTools,
        boolean cacheBreakpoints,
        boolean startsReasoning,
        @Nullable Integer silenceSeconds,
        @Nullable String tokenizer,
        double tokenRatio,
        @Nullable ImageTokens imageTokens) {

    /** The tokenizer that stands in for those of other models. */
    public static final String DEFAULT_TOKENIZER = "o200k";

    /**
     * OpenAI's two ways to count the tokens of an image: by tiles of 512 pixels, or by patches of 32 pixels.
     *
     * @param base tokens of every image, where tiles are counted
     * @param tile tokens of each tile
     * @param patch tokens of each patch; null where tiles are counted
     */
    public record ImageTokens(int base, int tile, @Nullable Double patch) {}

    public ModelData {
        efforts = efforts == null ? null : List.copyOf(efforts);
    }

    /** The same data without a window. */
    ModelData withoutWindow() {
        return new ModelData(
                match,
                provider,
                api,
                maxOutputTokens,
                null,
                maxTokensField,
                systemRole,
                sampling,
                stop,
                images,
                tools,
                efforts,
                effortWithTools,
                cacheBreakpoints,
                startsReasoning,
                silenceSeconds,
                tokenizer,
                tokenRatio,
                imageTokens);
    }
}
