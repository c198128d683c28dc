package io.github.claudecodeproxy.tokens;

/** Splits text into the tokens of one family of models. Thread-safe. */
@FunctionalInterface
public interface Tokenizer {

    /**
     * How many tokens a text has. What looks like a special token is text too.
     *
     * @param text any text, of any length; may hold halves of surrogate pairs
     */
    long count(String text);
}
