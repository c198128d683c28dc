package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stub. */
public final class ClaudeOpenAiTranslator {

    ClaudeOpenAiTranslator() {}

    /** Stub. */
    public static Builder builder() {
        return new Builder();
    }

    /** Stub. */
    public ClaudeRequest parse(byte[] json) {
        throw new UnsupportedOperationException();
    }

    /** Stub; throws {@link ClaudeException}. */
    public Translation translate(ClaudeRequest request) {
        throw new UnsupportedOperationException();
    }

    /** Stub. */
    public Translation translate(ClaudeRequest request, Map<String, String> headers) {
        throw new UnsupportedOperationException();
    }

    /** Stub. */
    public long countTokens(ClaudeRequest request) {
        throw new UnsupportedOperationException();
    }

    /** Stub. */
    public static final class Builder {
        Builder() {}

        /** Stub. */
        public Builder profile(ProviderProfile profile) {
            return this;
        }

        /** Stub. */
        public Builder models(ModelMapper models) {
            return this;
        }

        /** Stub. */
        public Builder maxTokensLimit(@Nullable Integer limit) {
            return this;
        }

        /** Stub. */
        public Builder minTokensLimit(@Nullable Integer limit) {
            return this;
        }

        /** Stub. */
        public ClaudeOpenAiTranslator build() {
            return new ClaudeOpenAiTranslator();
        }
    }
}
