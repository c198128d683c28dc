package io.github.claudecodeproxy.upstream;

/** A running call. Thread-safe. */
public interface UpstreamCall {

    /**
     * Asks for one more batch of bytes. Only after {@link UpstreamListener#headers}; no bytes come that were not asked
     * for, so that a receiver that stops asking stops the sender. Asking twice before a batch arrives asks for two.
     * Without effect once the call has ended.
     */
    void more();

    /**
     * Ends the call in whatever phase it is and closes its connection, so that the server notices. Nothing is reported
     * after it has returned on the listener's own thread; on another thread at most the report in progress still runs.
     * Without effect once the call has ended.
     */
    void cancel();
}
