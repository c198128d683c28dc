package io.github.claudecodeproxy.sse;

import java.nio.ByteBuffer;

/** Turns events into the bytes of an event stream, several into one buffer. Used by one thread at a time. */
public final class SseEncoder {

    private static final int FRAMING = "event: \ndata: \n\n".length();

    private final GrowingBytes out = new GrowingBytes(Integer.MAX_VALUE);

    /** An encoder that holds nothing yet. */
    public SseEncoder() {}

    /**
     * The bytes of one event.
     *
     * @param event its name, ASCII
     * @param json its data, on one line
     */
    public static byte[] frame(String event, byte[] json) {
        GrowingBytes frame = new GrowingBytes(event.length() + json.length + FRAMING);
        write(frame, event, json);
        return frame.release();
    }

    /**
     * Adds an event to what {@link #drain} will return.
     *
     * @param event its name, ASCII
     * @param json its data, on one line
     */
    public void append(String event, byte[] json) {
        write(out, event, json);
    }

    /** Whether nothing was added since the last {@link #drain}. */
    public boolean isEmpty() {
        return out.length() == 0;
    }

    /**
     * The bytes of all events added since the last time. They belong to the receiver, who may keep them while more is
     * added here.
     */
    public ByteBuffer drain() {
        int length = out.length();
        return ByteBuffer.wrap(out.release(), 0, length);
    }

    private static void write(GrowingBytes out, String event, byte[] json) {
        out.reserve(event.length() + json.length + FRAMING);
        out.append("event: ");
        out.append(event);
        out.append("\ndata: ");
        out.append(json, 0, json.length);
        out.append("\n\n");
    }
}
