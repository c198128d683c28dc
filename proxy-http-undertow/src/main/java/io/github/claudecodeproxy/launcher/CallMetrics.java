package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.claude.Usage;
import io.github.claudecodeproxy.http.BreakerState;
import io.github.claudecodeproxy.http.CallListener;
import io.github.claudecodeproxy.http.CallReport;
import io.github.claudecodeproxy.http.EngineStatus;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Counts calls for Prometheus. Label values that a client or a provider may choose are bounded. Safe for any thread. */
final class CallMetrics implements CallListener {

    /** Different values of one label; what comes after them is {@link #OTHER}. */
    private static final int MOST_VALUES = 100;

    private static final String OTHER = "other";
    private static final int LONGEST_VALUE = 100;
    private static final double[] SECONDS = {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Set<String> models = ConcurrentHashMap.newKeySet();
    private final Set<String> outcomes = ConcurrentHashMap.newKeySet();

    private final Gauge running = Gauge.builder()
            .name("claude_proxy_calls_in_flight")
            .help("Calls of models that have begun and not ended")
            .register(registry);
    private final Counter calls = Counter.builder()
            .name("claude_proxy_calls_total")
            .help("Calls of models by the provider's model, the status that the client got, and how they ended")
            .labelNames("model", "status", "outcome")
            .register(registry);
    private final Counter attempts = Counter.builder()
            .name("claude_proxy_upstream_attempts_total")
            .help("Requests to the provider, retries included")
            .labelNames("model")
            .register(registry);
    private final Counter tokens = Counter.builder()
            .name("claude_proxy_tokens_total")
            .help("Tokens of complete answers: input (from no cache), cache_read, cache_creation, output")
            .labelNames("model", "type")
            .register(registry);
    private final Counter clientCalls = Counter.builder()
            .name("claude_proxy_client_calls_total")
            .help("Calls of models by the name of the client's key, where keys have names, and the status that it got")
            .labelNames("client", "status")
            .register(registry);
    private final Counter clientTokens = Counter.builder()
            .name("claude_proxy_client_tokens_total")
            .help("Tokens of complete answers by the name of the client's key, where keys have names")
            .labelNames("client", "type")
            .register(registry);
    private final Counter losses = Counter.builder()
            .name("claude_proxy_losses_total")
            .help("What was lost or changed in translation, by kind")
            .labelNames("kind")
            .register(registry);
    private final Histogram durations = seconds("claude_proxy_call_duration_seconds", "Time until a call ended");
    private final Histogram firsts =
            seconds("claude_proxy_time_to_first_content_seconds", "Time until the first content block of a stream");

    private final Histogram gaps =
            seconds("claude_proxy_longest_gap_seconds", "The longest time between two pieces of one stream's content");

    /** Tells of the engine itself too; once, before it serves. */
    void watch(Supplier<EngineStatus> engine) {
        CounterWithCallback.builder()
                .name("claude_proxy_calls_refused_total")
                .help("Calls turned away for lack of room, before their body was read")
                .callback(told -> told.call((double) engine.get().refused()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("claude_proxy_breaker_open")
                .help(
                        "Whether the provider's model is not called for a while: 1 as it failed, or as it asked for patience")
                .labelNames("model", "state")
                .callback(told -> {
                    Map<String, BreakerState> breakers = engine.get().breakers();
                    closedToCalls(breakers, BreakerState.OPEN).forEach((model, open) -> told.call(open, model, "open"));
                    closedToCalls(breakers, BreakerState.LIMITED)
                            .forEach((model, limited) -> told.call(limited, model, "limited"));
                })
                .register(registry);
    }

    /** 1 for each name whose breaker is in this state, or one of them where several models share the name. */
    private Map<String, Double> closedToCalls(Map<String, BreakerState> breakers, BreakerState wanted) {
        Map<String, Double> byName = new TreeMap<>();
        breakers.forEach(
                (model, state) -> byName.merge(bounded(models, model), state == wanted ? 1.0 : 0.0, Math::max));
        return byName;
    }

    private Histogram seconds(String name, String help) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames("model")
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
    }

    @Override
    public void begun(String requestId, String requestedModel, String upstreamModel, boolean streaming) {
        running.inc();
    }

    @Override
    public void ended(CallReport call) {
        running.dec();
        String model = bounded(models, call.upstreamModel());
        calls.labelValues(model, Integer.toString(call.status()), bounded(outcomes, call.outcome()))
                .inc();
        attempts.labelValues(model).inc(call.attempts());
        durations.labelValues(model).observe(seconds(call.duration()));
        if (call.timeToFirst() != null) {
            firsts.labelValues(model).observe(seconds(call.timeToFirst()));
        }
        if (call.longestGap() != null) {
            gaps.labelValues(model).observe(seconds(call.longestGap()));
        }
        if (call.usage() != null) {
            count(tokens, model, call.usage());
        }
        String client = call.client();
        if (client != null) {
            clientCalls.labelValues(client, Integer.toString(call.status())).inc();
            if (call.usage() != null) {
                count(clientTokens, client, call.usage());
            }
        }
        call.losses().forEach(loss -> losses.labelValues(loss.kind()).inc());
    }

    private static void count(Counter tokens, String of, Usage usage) {
        tokens.labelValues(of, "input").inc(usage.inputTokens());
        tokens.labelValues(of, "cache_read").inc(usage.cacheReadInputTokens());
        tokens.labelValues(of, "cache_creation").inc(usage.cacheCreationInputTokens());
        tokens.labelValues(of, "output").inc(usage.outputTokens());
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static String bounded(Set<String> known, String value) {
        if (known.contains(value)) {
            return value;
        }
        if (value.length() > LONGEST_VALUE || known.size() >= MOST_VALUES) {
            return OTHER;
        }
        known.add(value);
        return value;
    }

    /** All of them in Prometheus' text format. */
    String text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
