package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeMessage;

/**
 * Translates one answer, streamed or not, into a whole message, for a client that did not ask for a stream. Used by one
 * thread at a time.
 */
public final class MessageTranslation {

    private final StreamTranslation stream;
    private final MessageAccumulator accumulator;

    MessageTranslation(StreamTranslation stream, MessageAccumulator accumulator) {
        this.stream = stream;
        this.accumulator = accumulator;
    }

    /** Takes the upstream's data; what it throws is the error in place of the message. */
    public StreamTranslation stream() {
        return stream;
    }

    /**
     * The message, once the stream has ended.
     *
     * @throws ClaudeException if the answer reports an error
     * @throws IllegalStateException if it has not ended
     */
    public ClaudeMessage message() {
        return accumulator.message();
    }
}
