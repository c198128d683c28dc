package io.github.claudecodeproxy.sse;

/** A stream of server-sent events broke the limit of its receiver. */
public final class SseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SseException(String message) {
        super(message);
    }
}
