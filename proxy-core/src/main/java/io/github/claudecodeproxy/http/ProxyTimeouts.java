package io.github.claudecodeproxy.http;

import java.time.Duration;

/**
 * How long the proxy waits for what. Every time is positive. Immutable.
 *
 * @param connect for a connection to the upstream; used by whoever builds the upstream client
 * @param total for a whole call that is not streamed; streams have no limit
 * @param headersHold how long a stream's response headers wait for the upstream, so that a failing upstream gives its
 *     real status
 * @param pingInterval silence towards a client after which a {@code ping} is sent
 * @param finishGrace how long to wait for token counts after the model has finished
 * @param clientStall how long a client may read nothing before its stream is broken off
 */
public record ProxyTimeouts(
        Duration connect,
        Duration total,
        Duration headersHold,
        Duration pingInterval,
        Duration finishGrace,
        Duration clientStall) {

    private static final ProxyTimeouts DEFAULTS = new ProxyTimeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(600),
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            Duration.ofSeconds(2),
            Duration.ofSeconds(300));

    public ProxyTimeouts {
        positive(connect, "connect");
        positive(total, "total");
        positive(headersHold, "headersHold");
        positive(pingInterval, "pingInterval");
        positive(finishGrace, "finishGrace");
        positive(clientStall, "clientStall");
    }

    /** 10 s to connect, 600 s in total, headers held 10 s, a ping every 15 s, 2 s of grace, 300 s of stall. */
    public static ProxyTimeouts defaults() {
        return DEFAULTS;
    }

    /** The same with another time to connect. */
    public ProxyTimeouts withConnect(Duration value) {
        return new ProxyTimeouts(value, total, headersHold, pingInterval, finishGrace, clientStall);
    }

    /** The same with another time for a whole call. */
    public ProxyTimeouts withTotal(Duration value) {
        return new ProxyTimeouts(connect, value, headersHold, pingInterval, finishGrace, clientStall);
    }

    /** The same with another time to hold headers. */
    public ProxyTimeouts withHeadersHold(Duration value) {
        return new ProxyTimeouts(connect, total, value, pingInterval, finishGrace, clientStall);
    }

    /** The same with another time between pings. */
    public ProxyTimeouts withPingInterval(Duration value) {
        return new ProxyTimeouts(connect, total, headersHold, value, finishGrace, clientStall);
    }

    /** The same with another time to wait for token counts. */
    public ProxyTimeouts withFinishGrace(Duration value) {
        return new ProxyTimeouts(connect, total, headersHold, pingInterval, value, clientStall);
    }

    /** The same with another time for clients that read nothing. */
    public ProxyTimeouts withClientStall(Duration value) {
        return new ProxyTimeouts(connect, total, headersHold, pingInterval, finishGrace, value);
    }

    private static void positive(Duration value, String name) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be positive");
        }
    }
}
