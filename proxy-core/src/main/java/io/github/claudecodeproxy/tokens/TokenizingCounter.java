package io.github.claudecodeproxy.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.Tool;
import io.github.claudecodeproxy.provider.ModelData;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts with tokenizers, up to a length, and goes on by comparison. Immutable. */
final class TokenizingCounter implements TokenCounter {

    private static final int MOST_COUNTED = 1_000_000;

    private final Map<String, Tokenizer> tokenizers;
    private final Tokenizer usual;

    TokenizingCounter(Map<String, Tokenizer> tokenizers) {
        this.tokenizers = Map.copyOf(tokenizers);
        Tokenizer found = tokenizers.get(ModelData.DEFAULT_TOKENIZER);
        if (found == null) {
            throw new IllegalArgumentException("there must be a tokenizer " + ModelData.DEFAULT_TOKENIZER);
        }
        this.usual = found;
    }

    @Override
    public boolean knows(ModelData model) {
        return own(model) != null;
    }

    @Override
    public long count(ClaudeRequest request, ModelData model) {
        Tokenizer own = own(model);
        Count count = new Count(own == null ? usual : own, own != null);
        double ratio = own == null ? model.tokenRatio() : 1;
        return PromptTokens.of(request, model, count, ratio);
    }

    private @Nullable Tokenizer own(ModelData model) {
        return model.tokenizer() == null ? null : tokenizers.get(model.tokenizer());
    }

    /** One count. Used by one thread. */
    private static final class Count implements PromptTokens.Measure {

        private final Tokenizer tokenizer;
        private final boolean namespace;
        private int left = MOST_COUNTED;
        private long counted;
        private long estimated;

        /**
         * A count.
         *
         * @param tokenizer counts texts
         * @param namespace whether tools are written as OpenAI writes them, not as JSON
         */
        Count(Tokenizer tokenizer, boolean namespace) {
            this.tokenizer = tokenizer;
            this.namespace = namespace;
        }

        @Override
        public double text(String text) {
            String head = text.length() <= left ? text : text.substring(0, left);
            left -= head.length();
            long tokens = tokenizer.count(head);
            counted += tokens;
            estimated += TokenEstimate.quarters(head, 0);
            return head.length() == text.length() ? tokens : tokens + like(text, head.length());
        }

        /** What was not counted has as many tokens, by its estimate, as what was. */
        private double like(String text, int from) {
            double ratio = estimated == 0 ? 0.25 : (double) counted / estimated;
            return TokenEstimate.quarters(text, from) * ratio;
        }

        @Override
        public double json(JsonNode json) {
            return text(json.toString());
        }

        @Override
        public double tool(Tool tool) {
            return text(namespace ? ToolText.namespace(tool) : ToolText.json(tool));
        }
    }
}
