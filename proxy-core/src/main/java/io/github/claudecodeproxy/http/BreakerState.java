package io.github.claudecodeproxy.http;

/** Where the circuit breaker of one upstream model stands. */
public enum BreakerState {
    /** Calls are made. To OPEN after some failures in a row, to LIMITED after as many refusals for the rate. */
    CLOSED,
    /** It failed: no calls for a while, then one probe. To CLOSED when an answer comes, else OPEN anew. */
    OPEN,
    /** It asked for patience: no calls until that time is over. To CLOSED. */
    LIMITED
}
