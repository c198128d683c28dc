/** Tokenizers of OpenAI's models, for {@link io.github.claudecodeproxy.tokens.TokenCounter}. */
@NullMarked
package io.github.claudecodeproxy.tokenizer;

import org.jspecify.annotations.NullMarked;
