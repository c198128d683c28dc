package io.github.claudecodeproxy.upstream;

/**
 * Calls a server and hands the answer on piece by piece, at the pace of the receiver. Thread-safe; one instance serves
 * all calls of a process.
 */
public interface UpstreamClient extends AutoCloseable {

    /**
     * Starts a call and returns at once.
     *
     * @param request what to send; its body must not be changed until the call has ended
     * @param listener told how the call goes, from threads of this client, one call at a time, never before
     *     {@code send} has returned on the same thread
     * @return the running call
     */
    UpstreamCall send(UpstreamRequest request, UpstreamListener listener);

    /** Cancels what is running and frees threads and connections. Later calls fail. */
    @Override
    void close();
}
