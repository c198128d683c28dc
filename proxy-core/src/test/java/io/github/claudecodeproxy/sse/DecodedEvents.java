package io.github.claudecodeproxy.sse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what a decoder finds, as {@code name|data}. */
final class DecodedEvents implements SseDecoder.Sink {

    private final List<String> events = new ArrayList<>();

    static List<String> of(String... pieces) {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (String piece : pieces) {
            buffers.add(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)));
        }
        return of(buffers);
    }

    /** Overwrites each buffer after it was decoded, for the decoder may not rely on it any longer. */
    static List<String> of(List<ByteBuffer> buffers) {
        DecodedEvents decoded = new DecodedEvents();
        SseDecoder decoder = new SseDecoder(1 << 20, decoded);
        for (ByteBuffer buffer : buffers) {
            int from = buffer.position();
            decoder.accept(buffer);
            for (int i = from; i < buffer.limit() && !buffer.isReadOnly(); i++) {
                buffer.put(i, (byte) '#');
            }
        }
        decoder.end();
        return decoded.events;
    }

    List<String> events() {
        return events;
    }

    @Override
    public void event(@Nullable String name, byte[] data, int offset, int length) {
        events.add((name == null ? "" : name) + "|" + new String(data, offset, length, StandardCharsets.UTF_8));
    }
}
