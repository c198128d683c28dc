package io.github.claudecodeproxy.testkit;

/** What {@link ClaudeGrammar} asks of the joined {@code partial_json} of a tool call in a stream that ends normally. */
public enum ToolInput {
    /** It is empty or one JSON object; only the last block of an answer that was cut short is exempt. */
    MUST_PARSE,
    /** It may be anything: for streams in which the model itself wrote broken JSON. */
    MAY_BE_BROKEN
}
