package io.github.claudecodeproxy.claude;

/** A call failed; carries exactly what the client is told. */
public final class ClaudeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ClaudeError error;

    /** Wraps the error. */
    public ClaudeException(ClaudeError error) {
        super(error.type().wireName() + ": " + error.message());
        this.error = error;
    }

    /** Wraps an error of this type and message. */
    public ClaudeException(ClaudeError.Type type, String message) {
        this(ClaudeError.of(type, message));
    }

    /** What the client is told. */
    public ClaudeError error() {
        return error;
    }
}
