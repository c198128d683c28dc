package io.github.claudecodeproxy.testkit.fault;

/**
 * One row of the catalogue. Immutable.
 *
 * @param row its number
 * @param what what goes wrong
 * @param check injects it and asserts what comes of it
 */
public record Fault(int row, String what, Check check) {

    private static final String NOT_RUN = "not run here: ";
    private static final String DIFFERS = "differs: ";

    /** A fault that no test can inject; the command shows it by hand. */
    static Fault notRunHere(int row, String what, String command) {
        return new Fault(row, what, bench -> NOT_RUN + command);
    }

    /** The outcome of a fault that a product's surroundings handle in another way. */
    static String differs(String reason) {
        return DIFFERS + reason;
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
