package io.github.claudecodeproxy.tokens;

import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.provider.ModelData;
import java.util.Map;

/** Counts the tokens of prompts, for clients that ask how many there are. Thread-safe. */
@FunctionalInterface
public interface TokenCounter {

    /**
     * The tokens that a model would be given: system, messages, tools, pictures, and what holds them together.
     *
     * @param request the prompt
     * @param model what is known of the model that would serve it
     */
    long count(ClaudeRequest request, ModelData model);

    /**
     * Whether the count is the model's own. Where it is not, what the provider has reported of earlier prompts is
     * believed more.
     *
     * @param model what is known of the model
     */
    default boolean knows(ModelData model) {
        return true;
    }

    /** Estimates from the number and kind of characters, a little on the high side. */
    static TokenCounter estimating() {
        return new TokenCounter() {
            @Override
            public long count(ClaudeRequest request, ModelData model) {
                return TokenEstimate.of(request, model);
            }

            @Override
            public boolean knows(ModelData model) {
                return false;
            }
        };
    }

    /**
     * Counts with tokenizers. The first million characters of a prompt are counted, what comes behind them is taken to be
     * like them: tokenizers are slow, and no model's window is that large. For a model whose tokenizer is not here, the
     * one that {@link ModelData#DEFAULT_TOKENIZER} names counts, and the model's {@link ModelData#tokenRatio} says how
     * they differ.
     *
     * @param tokenizers by the names in {@link ModelData#tokenizer}; copied
     * @throws IllegalArgumentException if the default one is missing
     */
    static TokenCounter of(Map<String, Tokenizer> tokenizers) {
        return new TokenizingCounter(tokenizers);
    }
}
