package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeRequest;

/** Counts the tokens of a prompt. Thread-safe; must be fast enough to run on every request. */
@FunctionalInterface
public interface TokenCounter {

    /** The tokens that the model would be given: system, messages, tools, pictures. */
    long count(ClaudeRequest request);

    /** Estimates from the number and kind of characters, a little on the high side. */
    static TokenCounter estimating() {
        return TokenEstimate::of;
    }
}
