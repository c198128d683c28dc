package io.github.claudecodeproxy.benchmarks.process;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What came back. Times in microseconds. Filled by one thread, then read. */
final class LoadResult {

    private static final int KEPT_PROBLEMS = 5;

    /** From the time at which a call should have begun to its first piece. */
    final Histogram first = histogram();

    /** From the upstream's write of a piece to our having it. */
    final Histogram delay = histogram();

    /** From the time at which a call should have begun to its end. */
    final Histogram whole = histogram();

    /** The longest time without a byte, of each stream. */
    final Histogram silence = histogram();

    final List<String> problems = new ArrayList<>();
    final List<byte[]> samples = new ArrayList<>();
    long calls;
    long pieces;
    long failed;
    long unfinished;
    double seconds;

    private static Histogram histogram() {
        Histogram histogram = new Histogram(3_600_000_000L, 3);
        histogram.setAutoResize(true);
        return histogram;
    }

    void problem(String what) {
        failed++;
        if (problems.size() < KEPT_PROBLEMS) {
            problems.add(what);
        }
    }
}
