package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.Usage;
import org.jspecify.annotations.Nullable;

/**
 * How an answer may end. Immutable.
 *
 * @param cap the most tokens that were asked for
 * @param window the most tokens of prompt and answer together; null when it is not known
 * @param endsWithoutReason whether a stream that just ends is complete
 */
record AnswerLimits(int cap, @Nullable Integer window, boolean endsWithoutReason) {

    /** A provider counts a little differently than its documentation. */
    private static final double FULL = 0.99;

    /** Whether an answer that was cut was cut by the window, and not by the cap. */
    boolean windowIsFull(Usage usage) {
        long all = usage.inputTokens()
                + usage.cacheCreationInputTokens()
                + usage.cacheReadInputTokens()
                + usage.outputTokens();
        return window != null && usage.outputTokens() < cap && all >= window * FULL;
    }
}
