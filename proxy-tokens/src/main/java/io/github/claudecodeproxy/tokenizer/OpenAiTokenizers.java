package io.github.claudecodeproxy.tokenizer;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import io.github.claudecodeproxy.tokens.TokenCounter;
import io.github.claudecodeproxy.tokens.Tokenizer;
import java.util.Map;

/**
 * The tokenizers of OpenAI's models. Each reads its vocabulary when it is first used, which takes a part of a second and
 * some ten megabytes. Thread-safe.
 */
public final class OpenAiTokenizers {

    private static final Tokenizer O200K = tokenizer(EncodingType.O200K_BASE);
    private static final Tokenizer CL100K = tokenizer(EncodingType.CL100K_BASE);

    private OpenAiTokenizers() {}

    /** The tokenizer of GPT-4o and all later models. It remembers the counts of texts that it has seen, not the texts. */
    public static Tokenizer o200k() {
        return O200K;
    }

    /** The tokenizer of GPT-4 and GPT-3.5, of the same kind. */
    public static Tokenizer cl100k() {
        return CL100K;
    }

    /** A counter that knows both, by the names that the data of models have for them. */
    public static TokenCounter counter() {
        return TokenCounter.of(Map.of("o200k", O200K, "cl100k", CL100K));
    }

    private static Tokenizer tokenizer(EncodingType type) {
        return new RememberingTokenizer(
                new LazyEncoding(() -> Encodings.newLazyEncodingRegistry().getEncoding(type)));
    }
}
