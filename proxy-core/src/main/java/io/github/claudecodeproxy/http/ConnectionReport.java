package io.github.claudecodeproxy.http;

import java.time.Duration;

/**
 * How a test of the upstream went. Immutable.
 *
 * @param ok whether the upstream answered as it should
 * @param status the HTTP status of the answer to a client: 200, or that of the error
 * @param model the upstream's model that was asked
 * @param message for a person; holds no secret
 * @param latency from sending the request to the whole answer
 */
public record ConnectionReport(boolean ok, int status, String model, String message, Duration latency) {}
