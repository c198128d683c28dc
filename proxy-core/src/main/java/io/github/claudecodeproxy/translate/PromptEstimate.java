package io.github.claudecodeproxy.translate;

/**
 * What is known of a prompt's length before the provider has counted it, and who learns from what the provider says
 * then. Immutable.
 */
final class PromptEstimate {

    private final LearntRatios ratios;
    private final String model;
    private final long raw;
    private final long tokens;

    /**
     * An estimate.
     *
     * @param ratios what was learnt
     * @param model the model that is to serve the prompt
     * @param raw what the prompt looks like, without what was learnt
     */
    PromptEstimate(LearntRatios ratios, String model, long raw) {
        this.ratios = ratios;
        this.model = model;
        this.raw = raw;
        this.tokens = ratios.applied(model, raw);
    }

    long tokens() {
        return tokens;
    }

    /** The provider has counted the prompt. */
    void counted(long actual) {
        ratios.learn(model, raw, actual);
    }
}
