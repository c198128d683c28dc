package io.github.claudecodeproxy.upstream;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Told how a call goes: {@link #headers} at most once, then {@link #bytes} as often as was asked for, then exactly one
 * of {@link #end} and {@link #failure}; nothing after a cancel. One call at a time. Implementations must not block and
 * must not throw.
 */
public interface UpstreamListener {

    /** The response has begun. */
    void headers(UpstreamResponseHead head);

    /**
     * The next bytes of the body. The buffers belong to the listener only until it returns.
     *
     * @param buffers not empty, in order
     */
    void bytes(List<ByteBuffer> buffers);

    /** The response is complete. */
    void end();

    /** The call failed, before or after the headers. */
    void failure(UpstreamException failure);
}
