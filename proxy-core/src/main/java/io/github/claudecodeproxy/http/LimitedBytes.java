package io.github.claudecodeproxy.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Collects a body up to a limit. One thread at a time. */
final class LimitedBytes {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int limit;

    LimitedBytes(int limit) {
        this.limit = limit;
    }

    /** Takes what fits; false when something did not. */
    boolean accept(ByteBuffer buffer) {
        int fits = Math.min(buffer.remaining(), limit - bytes.size());
        byte[] copy = new byte[fits];
        buffer.get(copy);
        bytes.write(copy, 0, fits);
        return !buffer.hasRemaining();
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
