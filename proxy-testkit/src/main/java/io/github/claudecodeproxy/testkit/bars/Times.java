package io.github.claudecodeproxy.testkit.bars;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Measured times, in milliseconds. Thread-safe. */
final class Times {

    private final List<Double> all = Collections.synchronizedList(new ArrayList<>());

    static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    void add(double millis) {
        all.add(millis);
    }

    int count() {
        return all.size();
    }

    double most() {
        return percentile(1);
    }

    double percentile(double share) {
        synchronized (all) {
            if (all.isEmpty()) {
                return 0;
            }
            List<Double> sorted = new ArrayList<>(all);
            Collections.sort(sorted);
            return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
        }
    }
}
