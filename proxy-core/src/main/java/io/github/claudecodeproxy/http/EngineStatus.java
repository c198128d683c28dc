package io.github.claudecodeproxy.http;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How an engine stands at one moment. Immutable.
 *
 * @param running the calls that are being answered
 * @param refused how many calls were turned away for lack of room, since the start
 * @param breakers by the provider's name of a model, with {@code upstream/} before it where it is not of the main upstream:
 *     whether it is called. Of the 200 models that were asked for last
 */
public record EngineStatus(int running, long refused, Map<String, BreakerState> breakers) {

    /** A status; the map is copied. */
    public EngineStatus {
        breakers = Collections.unmodifiableMap(new TreeMap<>(breakers));
    }

    static EngineStatus of(EngineParts parts) {
        return new EngineStatus(
                parts.admission().calls(),
                parts.admission().refused(),
                parts.upstreams().breakerStates());
    }
}
