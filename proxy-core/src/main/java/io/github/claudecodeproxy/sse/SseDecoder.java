package io.github.claudecodeproxy.sse;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Stub. */
public final class SseDecoder {

    /** Stub. */
    public SseDecoder(int maxEventBytes, Sink sink) {}

    /** Takes the next bytes of the body, in any split. Throws {@code SseException} over the limit. */
    public void accept(ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    /** The body has ended; a last event without blank line is delivered. */
    public void end() {
        throw new UnsupportedOperationException();
    }

    /** Told each event that has data. */
    public interface Sink {

        /** The data lies in the decoder's own buffer and is valid only until this returns. */
        void event(@Nullable String name, byte[] data, int offset, int length);
    }
}
