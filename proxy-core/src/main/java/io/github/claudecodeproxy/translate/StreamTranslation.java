package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeError;

/**
 * Translates one streamed answer: the data of the upstream's events in, Claude's events out, in order, on the calling
 * thread. Used by one thread at a time.
 */
public final class StreamTranslation {

    StreamTranslation() {}

    /**
     * Takes the data of one upstream event: JSON, or {@code [DONE]}. The first data that carries an error, before
     * {@code message_start} was emitted, throws {@link io.github.claudecodeproxy.claude.ClaudeException} so that the
     * caller can answer with the real status; later ones emit the error event. Ignored after the end.
     */
    public void data(byte[] json, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /**
     * The upstream's body has ended. Ends the answer when the model had finished; otherwise the answer is truncated,
     * which is an error: thrown when nothing was emitted yet, an error event else.
     */
    public void end() {
        throw new UnsupportedOperationException();
    }

    /** Emits {@code message_start} now, if it was not emitted yet, so that pings may follow. */
    public void start() {
        throw new UnsupportedOperationException();
    }

    /** Ends the stream with an error event (after {@link #start} or not); without effect after the end. */
    public void fail(ClaudeError error) {
        throw new UnsupportedOperationException();
    }

    /** Whether {@code message_start} was emitted. */
    public boolean started() {
        throw new UnsupportedOperationException();
    }

    /** Whether the model has finished, so that only token counts may still come. */
    public boolean finished() {
        throw new UnsupportedOperationException();
    }

    /** Whether the last event was emitted. */
    public boolean ended() {
        throw new UnsupportedOperationException();
    }
}
