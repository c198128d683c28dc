package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.provider.ProviderProfile.Window;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks an upstream for the window of one of its models. */
final class UpstreamWindow {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamWindow.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LOADING = Duration.ofMinutes(3);
    private static final int LARGEST = 8 << 20;

    private final Upstream upstream;
    private final ModelTarget target;
    private final Window source;
    private final Timers timers;

    private UpstreamWindow(Upstream upstream, ModelTarget target, Window source, Timers timers) {
        this.upstream = upstream;
        this.target = target;
        this.source = source;
        this.timers = timers;
    }

    /**
     * Asks; the future never fails.
     *
     * @param load whether a model that is not in memory may be loaded, without which nothing can be said of it
     */
    static CompletableFuture<ModelWindow> of(
            Upstream upstream, ModelTarget target, Window source, boolean load, Timers timers) {
        UpstreamWindow window = new UpstreamWindow(upstream, target, source, timers);
        return window.ask(load).thenApply(tokens -> {
            if (tokens != null) {
                upstream.learnWindow(target.model(), tokens);
            }
            return new ModelWindow(target, tokens, source);
        });
    }

    private CompletableFuture<@Nullable Integer> ask(boolean load) {
        return switch (source) {
            case PROPS -> ask(upstream.beside("/props"), PATIENCE, this::ofProperties);
            case MODELS -> ask(upstream.models(), PATIENCE, this::ofList);
            case PS -> loaded(load);
        };
    }

    private CompletableFuture<@Nullable Integer> loaded(boolean load) {
        CompletableFuture<@Nullable Integer> first = ask(upstream.beside("/api/ps"), PATIENCE, this::ofProcesses);
        if (!load) {
            return first;
        }
        return first.thenCompose(tokens -> {
            if (tokens != null) {
                return CompletableFuture.completedFuture(tokens);
            }
            ObjectNode nothing = ClaudeJson.mapper()
                    .createObjectNode()
                    .put("model", target.model())
                    .put("stream", false);
            UpstreamRequest loading = upstream.beside("/api/generate", ClaudeJson.bytes(nothing));
            return ask(loading, LOADING, answer -> null)
                    .thenCompose(unused -> ask(upstream.beside("/api/ps"), PATIENCE, this::ofProcesses));
        });
    }

    /** The window of one slot. */
    private @Nullable Integer ofProperties(JsonNode answer) {
        return tokens(answer.at("/default_generation_settings/n_ctx"));
    }

    private @Nullable Integer ofList(JsonNode answer) {
        return ListedModel.of(answer).stream()
                .filter(model -> model.id().equals(target.model()))
                .map(ListedModel::contextWindow)
                .findFirst()
                .orElse(null);
    }

    /** A name without a tag is that with the tag latest. */
    private @Nullable Integer ofProcesses(JsonNode answer) {
        String name = target.model().contains(":") ? target.model() : target.model() + ":latest";
        for (JsonNode model : answer.path("models")) {
            if (model.path("name").asText().equals(name)
                    || model.path("model").asText().equals(name)) {
                return tokens(model.path("context_length"));
            }
        }
        return null;
    }

    private static @Nullable Integer tokens(JsonNode value) {
        return value.isInt() && value.intValue() > 0 ? value.intValue() : null;
    }

    private CompletableFuture<@Nullable Integer> ask(
            UpstreamRequest request, Duration patience, Function<JsonNode, @Nullable Integer> reader) {
        CompletableFuture<@Nullable Integer> asked = new CompletableFuture<>();
        upstream.sendSmall(request, timers, patience, LARGEST, new SmallCall.Receiver() {
            @Override
            public void answered(byte[] body) {
                try {
                    asked.complete(reader.apply(ClaudeJson.mapper().readTree(body)));
                } catch (IOException | RuntimeException e) {
                    failed("no JSON of the form that was expected");
                }
            }

            @Override
            public void failed(String why) {
                LOG.debug("upstream {} does not say how long a prompt may be: {}", upstream.name(), why);
                asked.complete(null);
            }
        });
        return asked;
    }
}
