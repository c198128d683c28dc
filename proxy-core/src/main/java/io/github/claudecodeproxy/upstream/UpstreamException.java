package io.github.claudecodeproxy.upstream;

import org.jspecify.annotations.Nullable;

/** A call to an upstream failed below HTTP. Its message holds no secret and no address. */
public final class UpstreamException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /**
     * A failure for this reason.
     *
     * @param reason what the answer to the client depends on
     * @param message for a person; holds no secret and no address
     * @param cause for a log; may name the address; null when there is none, or when it would show a secret
     */
    public UpstreamException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why the call failed. */
    public Reason reason() {
        return reason;
    }

    /** What went wrong, as far as the answer to the client depends on it. */
    public enum Reason {
        /** The name does not resolve. */
        UNKNOWN_HOST,
        /** Nobody listens, or the connection was refused on the way. */
        CONNECT,
        /** The connection did not come about in time. */
        CONNECT_TIMEOUT,
        /** This process may open no more connections. */
        NO_RESOURCES,
        /** The TLS handshake failed; trying again does not help. */
        TLS,
        /** An HTTP proxy on the way wants to know who we are. */
        PROXY_AUTHENTICATION,
        /** The connection was lost before the first byte of the answer. */
        NO_RESPONSE,
        /** The connection was lost within the answer. */
        TRUNCATED,
        /** The answer is not HTTP, or breaks a limit. */
        PROTOCOL,
        /** Anything else. */
        OTHER
    }
}
