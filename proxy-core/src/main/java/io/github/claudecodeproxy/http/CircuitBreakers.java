package io.github.claudecodeproxy.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** One breaker for each model, since hosts serve and limit each on its own. Bounded and thread-safe. */
final class CircuitBreakers {

    private static final int MOST_MODELS = 200;

    private final Timers timers;

    /** The models that were asked for longest ago come first, and go first. */
    private final Map<String, CircuitBreaker> byModel = new LinkedHashMap<>(16, 0.75f, true);

    CircuitBreakers(Timers timers) {
        this.timers = timers;
    }

    synchronized CircuitBreaker of(String model) {
        CircuitBreaker breaker = byModel.computeIfAbsent(model, unused -> new CircuitBreaker(timers));
        if (byModel.size() > MOST_MODELS) {
            byModel.remove(byModel.keySet().iterator().next());
        }
        return breaker;
    }

    /** Of the models that were asked for last. */
    synchronized Map<String, BreakerState> states() {
        Map<String, BreakerState> states = new TreeMap<>();
        byModel.forEach((model, breaker) -> states.put(model, breaker.state()));
        return states;
    }
}
