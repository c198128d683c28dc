package io.github.claudecodeproxy.testkit.fault;

import org.jspecify.annotations.Nullable;

/**
 * One row of the catalogue. Immutable.
 *
 * @param row its number
 * @param what what goes wrong
 * @param check injects it and asserts what comes of it
 * @param sameOnEveryApi why the upstream's API cannot change what comes of it; null when it can
 */
public record Fault(
        int row, String what, Check check, @Nullable String sameOnEveryApi) {

    /** Why the API does not matter: the call ends here. */
    static final String NO_CALL = "no upstream is called";

    /** Why the API does not matter: there is no connection to the upstream, or it breaks before the answer. */
    static final String NO_ANSWER = "nothing of an answer comes";

    /** Why the API does not matter: it is about the client, whatever the answer. */
    static final String ANY_ANSWER = "any answer serves";

    private static final String NOT_RUN = "not run here: ";
    private static final String DIFFERS = "differs: ";

    /** A fault that may end otherwise on another API of the upstream. */
    Fault(int row, String what, Check check) {
        this(row, what, check, null);
    }

    /** The same fault, which ends alike on every API of the upstream: one of them is enough. */
    Fault sameOnEveryApi(String why) {
        return new Fault(row, what, check, why);
    }

    /** A fault that no test can inject; the command shows it by hand. */
    static Fault notRunHere(int row, String what, String command) {
        return new Fault(row, what, bench -> NOT_RUN + command);
    }

    /** The outcome of a fault that a product's surroundings handle in another way. */
    static String differs(String reason) {
        return DIFFERS + reason;
    }

    /** The outcome of a fault that was injected on another API. */
    static String shownOnAnother(String reason) {
        return NOT_RUN + "the same on every API, " + reason;
    }

    static boolean wasRun(String outcome) {
        return !outcome.startsWith(NOT_RUN) && !outcome.startsWith(DIFFERS);
    }

    /** Injects a fault. */
    public interface Check {

        /**
         * Injects the fault and asserts its outcome.
         *
         * @param bench the product, between an upstream and clients, which are this check's own
         * @return the outcome that was seen, for the report
         * @throws AssertionError when the outcome is not the right one
         */
        String run(FaultBench bench) throws Exception;
    }
}
