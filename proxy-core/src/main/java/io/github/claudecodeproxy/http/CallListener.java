package io.github.claudecodeproxy.http;

/**
 * Told of every call of a model, for metrics and records of one's own. Called by threads of the engine or of the server,
 * by several at once, sometimes under the lock of the call: it must be thread-safe and must not block. What it throws is
 * logged, and changes nothing for the client. Each call that began ends exactly once.
 */
public interface CallListener {

    /**
     * A request was understood and is on its way.
     *
     * @param requestId names the call in {@link #ended} too
     * @param requestedModel the model that the client named
     * @param upstreamModel the provider's name of the model that it was mapped to
     * @param streaming whether the client asked for a stream
     */
    default void begun(String requestId, String requestedModel, String upstreamModel, boolean streaming) {}

    /** The client has its answer or its error, or is gone. */
    void ended(CallReport call);
}
