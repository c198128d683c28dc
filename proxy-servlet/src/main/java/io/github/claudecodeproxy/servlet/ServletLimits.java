package io.github.claudecodeproxy.servlet;

import java.time.Duration;

/**
 * What a client may keep us waiting for, where the container does not lose patience earlier. Immutable.
 *
 * @param body window in which a body must make progress of {@link #BODY_BYTES_PER_SECOND}
 * @param write without taking a byte of the response
 * @param rest to send a body that nobody reads, once the response is out
 */
record ServletLimits(Duration body, Duration write, Duration rest) {

    static final int URL_CHARACTERS = 8 * 1024;
    static final int BODY_BYTES_PER_SECOND = 1024;

    static final ServletLimits DEFAULT =
            new ServletLimits(Duration.ofSeconds(30), Duration.ofSeconds(300), Duration.ofSeconds(5));

    long bodyBytesPerWindow() {
        return Math.max(1, body.toMillis() * BODY_BYTES_PER_SECOND / 1000);
    }
}
