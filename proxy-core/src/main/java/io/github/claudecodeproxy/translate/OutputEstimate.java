package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.tokens.TokenEstimate;

/** Counts roughly what an answer emits, for upstreams that report no usage. Used by one thread at a time. */
final class OutputEstimate {

    private long quarters;

    void accept(ClaudeEvent event) {
        if (event instanceof ClaudeEvent.ContentBlockDelta delta) {
            quarters += quarters(delta.delta());
        }
    }

    private static long quarters(ClaudeEvent.Delta delta) {
        if (delta instanceof ClaudeEvent.TextDelta text) {
            return TokenEstimate.quarters(text.text());
        }
        if (delta instanceof ClaudeEvent.ThinkingDelta thinking) {
            return TokenEstimate.quarters(thinking.thinking());
        }
        return delta instanceof ClaudeEvent.InputJsonDelta json ? TokenEstimate.quarters(json.partialJson()) : 0;
    }

    long tokens() {
        return (quarters + 3) / 4;
    }
}
