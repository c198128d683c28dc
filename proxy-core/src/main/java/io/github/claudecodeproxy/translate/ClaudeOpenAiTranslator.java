package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeRequest;

/** Stub. */
public final class ClaudeOpenAiTranslator {

    ClaudeOpenAiTranslator() {}

    /** Stub. */
    public ClaudeRequest parse(byte[] json) {
        throw new UnsupportedOperationException();
    }

    /** Stub; throws {@link ClaudeException}. */
    public Translation translate(ClaudeRequest request) {
        throw new UnsupportedOperationException();
    }

    /** Stub. */
    public long countTokens(ClaudeRequest request) {
        throw new UnsupportedOperationException();
    }
}
