package io.github.claudecodeproxy.undertow;

import java.time.Duration;

/**
 * What a client may keep us waiting for. Immutable.
 *
 * @param headers to send the whole head of a request, once begun
 * @param idle between two requests, and before the first
 * @param body window in which a body must make progress of {@link #BODY_BYTES_PER_SECOND}
 * @param write without taking a byte of the response
 * @param rest to send a body that nobody reads, once the response is out
 */
record Limits(Duration headers, Duration idle, Duration body, Duration write, Duration rest) {

    static final int HEADER_BYTES = 64 * 1024;
    static final int HEADER_LINES = 200;
    static final int URL_CHARACTERS = 8 * 1024;
    static final int BODY_BYTES_PER_SECOND = 1024;

    static final Limits DEFAULT = new Limits(
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(300),
            Duration.ofSeconds(5));

    Limits withBody(Duration window) {
        return new Limits(headers, idle, window, write, rest);
    }

    Limits withWrite(Duration silence) {
        return new Limits(headers, idle, body, silence, rest);
    }

    Limits withHeaders(Duration time) {
        return new Limits(time, idle, body, write, rest);
    }

    Limits withRest(Duration time) {
        return new Limits(headers, idle, body, write, time);
    }

    long bodyBytesPerWindow() {
        return Math.max(1, body.toMillis() * BODY_BYTES_PER_SECOND / 1000);
    }
}
