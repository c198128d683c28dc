package io.github.claudecodeproxy.benchmarks.process;

import java.time.Duration;

/**
 * What to ask, how often. Immutable.
 *
 * @param body the request
 * @param connections how many calls at once; when {@code perSecond} is given, how many at most
 * @param perSecond calls begin at this rate, each at a moment of chance within its turn, whatever becomes of
 *     those before; 0 to begin one when another ends
 * @param begin for how long calls begin
 * @param finish how long those that run then may still take
 * @param pieces how many pieces a whole answer has
 * @param cutAfter leave after so many pieces; 0 to stay
 */
@SuppressWarnings("ArrayRecordComponent") // written to sockets, never compared
record LoadPlan(
        byte[] body, int connections, double perSecond, Duration begin, Duration finish, int pieces, int cutAfter) {

    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

    /** So many calls at once, each followed by the next. */
    static LoadPlan atOnce(byte[] body, int connections, Duration begin, int pieces) {
        return new LoadPlan(body, connections, 0, begin, HALF_A_MINUTE, pieces, 0);
    }

    /** So many calls at once, and none after them. */
    static LoadPlan once(byte[] body, int connections, int pieces) {
        return new LoadPlan(body, connections, 0, Duration.ZERO, HALF_A_MINUTE, pieces, 0);
    }

    /** So many calls a second, whatever becomes of them. */
    static LoadPlan rate(byte[] body, double perSecond, Duration begin, int pieces) {
        return new LoadPlan(body, 2_000, perSecond, begin, HALF_A_MINUTE, pieces, 0);
    }

    /** Whether the answer is a stream. */
    boolean streamed() {
        return pieces > 1;
    }

    /** The same, with another limit of calls at once. */
    LoadPlan atMost(int calls) {
        return new LoadPlan(body, calls, perSecond, begin, finish, pieces, cutAfter);
    }

    /** The same, and each client leaves after so many pieces. */
    LoadPlan cutAfter(int count) {
        return new LoadPlan(body, connections, perSecond, begin, finish, pieces, count);
    }

    /** The same, and what runs when no more calls begin is ended after this. */
    LoadPlan finish(Duration limit) {
        return new LoadPlan(body, connections, perSecond, begin, limit, pieces, cutAfter);
    }
}
