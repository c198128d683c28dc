package io.github.claudecodeproxy.testkit.bars;

/**
 * One measured figure. Immutable.
 *
 * @param what what was measured
 * @param value the figure with its unit
 * @param bar what it must be; empty when it is only told
 * @param met whether it is
 */
public record Figure(String what, String value, String bar, boolean met) {

    static Figure told(String what, String value) {
        return new Figure(what, value, "", true);
    }

    static Figure atMost(String what, double value, double bar, String unit) {
        return new Figure(what, number(value) + unit, "<= " + number(bar) + unit, value <= bar);
    }

    static Figure exactly(String what, long value, long bar) {
        return new Figure(what, String.valueOf(value), "= " + bar, value == bar);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.format("%.1f", value);
    }
}
