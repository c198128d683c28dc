package io.github.claudecodeproxy.sse;

import java.util.Arrays;

/** Bytes that are appended to and cleared again; the room taken by a rare large content is given back. */
final class GrowingBytes {

    private static final int SMALL = 512;
    private static final int KEPT = 64 * 1024;

    private final int limit;
    private byte[] bytes = new byte[0];
    private int length;

    /** Empty; doubling does not make more room than the limit, which content itself may exceed. */
    GrowingBytes(int limit) {
        this.limit = limit;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Makes room for so many more, and where there was none for no more than these: mostly they are all. */
    void reserve(int more) {
        if (bytes.length == 0) {
            bytes = new byte[more];
        } else {
            makeRoom(more);
        }
    }

    void append(int value) {
        makeRoom(1);
        bytes[length++] = (byte) value;
    }

    void append(byte[] source, int offset, int count) {
        if (count > 0) {
            makeRoom(count);
            System.arraycopy(source, offset, bytes, length, count);
            length += count;
        }
    }

    /** Only ASCII. */
    void append(String text) {
        makeRoom(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    /** Empties it. What {@link #bytes} returned stays as it was until something is appended. */
    void clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[0];
        }
    }

    /** Gives the bytes away and starts anew. */
    byte[] release() {
        byte[] released = bytes;
        bytes = new byte[0];
        length = 0;
        return released;
    }

    private void makeRoom(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            int doubled = (int) Math.min(bytes.length * 2L, limit);
            bytes = Arrays.copyOf(bytes, Math.max(Math.max(doubled, needed), SMALL));
        }
    }
}
