package io.github.claudecodeproxy.translate;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * By how much the estimates of prompts were wrong, for each model: what providers counted, over what was estimated.
 * Large prompts count more, because with them it matters; recent ones count more, because a provider may change. Bounded
 * and thread-safe.
 */
final class LearntRatios {

    private static final int MOST_MODELS = 200;

    /** Each prompt halves what this many before it have said. */
    private static final double MEMORY = Math.pow(0.5, 1.0 / 8);

    /** So many tokens of doubt, so that a first short prompt does not decide. */
    private static final double DOUBT = 500;

    /** From here on what was learnt is better than a calibration. */
    private static final double ENOUGH = 10_000;

    private static final double LEAST = 0.2;
    private static final double MOST = 5;

    /** The models that were asked for longest ago come first, and go first. */
    private final Map<String, Sums> byModel = new LinkedHashMap<>(16, 0.75f, true);

    private record Sums(double counted, double estimated) {

        static final Sums NONE = new Sums(DOUBT, DOUBT);

        Sums and(long actual, long estimate) {
            return new Sums(counted * MEMORY + actual, estimated * MEMORY + estimate);
        }

        double ratio() {
            return Math.max(LEAST, Math.min(MOST, counted / estimated));
        }
    }

    /** An estimate, corrected by what is known of the model. */
    synchronized long applied(String model, long estimate) {
        Sums sums = byModel.get(model);
        return sums == null ? estimate : Math.round(estimate * sums.ratio());
    }

    /** Whether so much was seen of the model that a corrected estimate can be believed. */
    synchronized boolean knows(String model) {
        Sums sums = byModel.get(model);
        return sums != null && sums.counted() > ENOUGH;
    }

    synchronized void learn(String model, long estimate, long actual) {
        if (estimate <= 0 || actual <= 0) {
            return;
        }
        byModel.put(model, byModel.getOrDefault(model, Sums.NONE).and(actual, estimate));
        if (byModel.size() > MOST_MODELS) {
            byModel.remove(byModel.keySet().iterator().next());
        }
    }
}
