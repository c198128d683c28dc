package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.provider.ModelTarget;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/** The upstreams of an engine by name, the main one first. Immutable. */
final class Upstreams {

    private final Map<String, Upstream> byName = new LinkedHashMap<>();

    Upstreams(Collection<UpstreamSettings> settings, Function<UpstreamSettings, Upstream> maker) {
        settings.forEach(one -> byName.put(one.name(), maker.apply(one)));
    }

    Upstream main() {
        return Objects.requireNonNull(byName.get(ModelTarget.MAIN), "there is always a main upstream");
    }

    /** The upstream of a target. */
    Upstream of(ModelTarget target) {
        Upstream upstream = byName.get(target.upstream());
        if (upstream == null) {
            throw new IllegalStateException("a model mapper named the upstream " + target.upstream()
                    + ", which the settings do not have; they have " + byName.keySet());
        }
        return upstream;
    }

    /** Where a request goes. */
    ModelTarget target(ClaudeRequest request, Map<String, String> headers) {
        return main().translator().target(request, headers);
    }

    Collection<Upstream> all() {
        return byName.values();
    }

    /** By target: whether it is called. */
    Map<String, BreakerState> breakerStates() {
        Map<String, BreakerState> states = new TreeMap<>();
        byName.forEach((name, upstream) -> upstream.breakerStates()
                .forEach((model, state) -> states.put(new ModelTarget(name, model).toString(), state)));
        return states;
    }
}
