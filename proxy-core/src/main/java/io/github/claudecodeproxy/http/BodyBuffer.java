package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.http.Exchange.BodyReceiver;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What an adapter has read of a request's body: grows with what came, not with what was announced, and asks the receiver
 * before it does. Used by one thread at a time.
 */
public final class BodyBuffer {

    private static final int FIRST_BYTES = 64 * 1024;

    private final BodyReceiver receiver;
    private final int limit;
    private final long announced;
    private byte[] bytes = new byte[0];
    private int length;

    /**
     * An empty body.
     *
     * @param limit most bytes of it
     * @param announced how many bytes the client said it would send; negative when it did not say
     * @param receiver asked whether so many bytes may be kept
     */
    public BodyBuffer(int limit, long announced, BodyReceiver receiver) {
        this.limit = limit;
        this.announced = announced;
        this.receiver = receiver;
    }

    /** Whether the announced length is within the limit; when not, nothing need be read. */
    public boolean fits() {
        return announced <= limit;
    }

    /**
     * Takes all bytes of the buffer.
     *
     * @return false when they are too many: nothing was taken, and the rest need not be read
     */
    public boolean add(ByteBuffer more) {
        int count = more.remaining();
        if (count > limit - length || !receiver.accepts((long) length + count)) {
            return false;
        }
        if (count > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, capacity(length + count));
        }
        more.get(bytes, length, count);
        length += count;
        return true;
    }

    private int capacity(int needed) {
        long most = announced >= 0 ? announced : limit;
        return (int) Math.max(needed, Math.min(most, Math.max(FIRST_BYTES, 2L * bytes.length)));
    }

    /** How many bytes there are. */
    public int length() {
        return length;
    }

    /** The bytes, which are the caller's from now on; the buffer is empty afterwards. */
    public byte[] take() {
        byte[] whole = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        bytes = new byte[0];
        length = 0;
        return whole;
    }
}
