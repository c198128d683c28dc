package io.github.claudecodeproxy.benchmarks.process;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** The same figure, measured several times. Immutable. */
record Spread(List<Double> values) {

    Spread {
        values = values.stream().sorted().toList();
    }

    static Spread of(Map<String, List<Double>> costs, String subject) {
        return new Spread(costs.getOrDefault(subject, List.of()));
    }

    /** What one cost in times of another, round by round. */
    static Spread ofRatios(Map<String, List<Double>> costs, String subject, String peer) {
        List<Double> above = costs.getOrDefault(subject, List.of());
        List<Double> below = costs.getOrDefault(peer, List.of());
        return new Spread(IntStream.range(0, Math.min(above.size(), below.size()))
                .mapToObj(i -> above.get(i) / below.get(i))
                .toList());
    }

    double median() {
        return quantile(0.5);
    }

    double least() {
        return values.get(0);
    }

    double most() {
        return values.get(values.size() - 1);
    }

    /** How far the middle half is spread, as a part of the median. */
    double unrest() {
        return (quantile(0.75) - quantile(0.25)) / median();
    }

    private double quantile(double part) {
        double at = part * (values.size() - 1);
        int below = (int) at;
        int above = Math.min(below + 1, values.size() - 1);
        return values.get(below) + (values.get(above) - values.get(below)) * (at - below);
    }

    /** Median, and least to most. */
    @Override
    public String toString() {
        return number(median()) + " (" + number(least()) + " to " + number(most()) + ")";
    }

    static String number(double value) {
        double size = Math.abs(value);
        String form = size >= 100 || value == Math.rint(value) ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, form, value);
    }
}
