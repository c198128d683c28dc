package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeEvent;

/** Counts roughly what an answer emits, for upstreams that report no usage. Used by one thread at a time. */
final class OutputEstimate {

    private static final int CHARACTERS_PER_TOKEN = 4;

    private long characters;

    void accept(ClaudeEvent event) {
        if (event instanceof ClaudeEvent.ContentBlockDelta delta) {
            characters += length(delta.delta());
        }
    }

    private static int length(ClaudeEvent.Delta delta) {
        if (delta instanceof ClaudeEvent.TextDelta text) {
            return text.text().length();
        }
        if (delta instanceof ClaudeEvent.ThinkingDelta thinking) {
            return thinking.thinking().length();
        }
        return delta instanceof ClaudeEvent.InputJsonDelta json
                ? json.partialJson().length()
                : 0;
    }

    long tokens() {
        return (characters + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
    }
}
