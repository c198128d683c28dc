package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.provider.Endpoint;
import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import io.github.claudecodeproxy.translate.Translation;
import io.github.claudecodeproxy.upstream.Credential;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One upstream, and the requests that go there. What a client sent in its headers never leaves: the
 * headers are the provider's authentication, the fixed ones below, and those of the settings. Thread-safe.
 */
final class Upstream {

    private final UpstreamClient client;
    private final UpstreamSettings settings;
    private final Endpoint endpoint;
    private final ClaudeOpenAiTranslator translator;
    private final UpstreamCredential credential;
    private static final int MOST_MODELS = 1000;
    private static final long WINDOW_HOLDS = Duration.ofMinutes(5).toNanos();

    private final Map<String, Long> windowAsked = new ConcurrentHashMap<>();
    private final Map<String, Integer> windows = new ConcurrentHashMap<>();
    private final LearntLessons lessons = new LearntLessons();
    private final int retries;
    private final RetryBudget retryBudget;
    private final CircuitBreakers breakers;
    private final UpstreamSlots slots;
    private final Map<String, String> jsonHeaders;
    private final Map<String, String> streamHeaders;

    Upstream(
            UpstreamClient client,
            UpstreamSettings settings,
            ProxySettings proxy,
            ClaudeOpenAiTranslator translator,
            UpstreamCredential credential,
            RunningCalls running,
            Timers timers,
            Executor executor) {
        this.client = client;
        this.settings = settings;
        this.endpoint = settings.endpoint();
        this.translator = translator;
        this.credential = credential;
        this.retries = proxy.maxRetries();
        this.retryBudget = new RetryBudget(running::count);
        this.breakers = new CircuitBreakers(timers);
        this.slots = new UpstreamSlots(proxy.maxUpstreamConnections(), timers, executor);
        this.jsonHeaders = headers(settings, "application/json");
        this.streamHeaders = headers(settings, "text/event-stream, application/json");
    }

    UpstreamClient client() {
        return client;
    }

    String name() {
        return settings.name();
    }

    ProviderProfile provider() {
        return settings.provider();
    }

    /** Translates for this upstream. */
    ClaudeOpenAiTranslator translator() {
        return translator;
    }

    /** What its refusals have taught. */
    LearntLessons lessons() {
        return lessons;
    }

    int retries() {
        return retries;
    }

    RetryBudget retryBudget() {
        return retryBudget;
    }

    CircuitBreaker breaker(String upstreamModel) {
        return breakers.of(upstreamModel);
    }

    Map<String, BreakerState> breakerStates() {
        return breakers.states();
    }

    UpstreamSlots slots() {
        return slots;
    }

    /** What lets us in. */
    UpstreamCredential credential() {
        return credential;
    }

    /** A request of ours with what lets it in, unless the settings have a header of their own for that. */
    UpstreamRequest authorized(UpstreamRequest request, Credential with) {
        Map<String, String> authentication =
                with.bearer() ? Map.of("Authorization", "Bearer " + with.key()) : endpoint.authentication(with.key());
        Map<String, String> headers = new LinkedHashMap<>(authentication);
        headers.keySet().removeIf(name -> request.headers().keySet().stream().anyMatch(name::equalsIgnoreCase));
        headers.putAll(request.headers());
        return new UpstreamRequest(request.method(), request.uri(), headers, request.body(), request.bodyLength());
    }

    /** Makes a call beside those of models. */
    void sendSmall(
            UpstreamRequest request, Timers timers, Duration patience, int largest, SmallCall.Receiver receiver) {
        CompletableFuture<Credential> unused = credential.now().whenComplete((with, failure) -> {
            if (failure == null) {
                SmallCall.send(client, authorized(request, with), timers, patience, largest, receiver);
            } else {
                receiver.failed(String.valueOf(failure.getMessage()));
            }
        });
    }

    /** A request for a call of a model; without what lets it in, as are the others. */
    UpstreamRequest request(Translation translation, int clientSize) {
        // What is translated is about as long as what it is made of; to grow would cost a copy or two.
        Body body = new Body(clientSize + clientSize / 8 + 512);
        translation.writeBody(body);
        return new UpstreamRequest(
                "POST",
                translation.api() == ProviderProfile.Api.RESPONSES
                        ? endpoint.responses()
                        : endpoint.chatCompletions(translation.upstreamModel()),
                translation.upstreamStreaming() ? streamHeaders : jsonHeaders,
                body.bytes(),
                body.size());
    }

    /** A request for the list of its models. */
    UpstreamRequest models() {
        Map<String, String> headers = new LinkedHashMap<>(jsonHeaders);
        headers.keySet().removeIf("Content-Type"::equalsIgnoreCase);
        return UpstreamRequest.get(endpoint.models(), headers);
    }

    /** What the server has said of a window, or else what is known of the model; null when nothing is. */
    @Nullable
    Integer window(String model) {
        Integer learnt = windows.get(model);
        return learnt == null ? provider().model(model).contextWindow() : learnt;
    }

    /** Whether a prompt that is longer than the window is to be refused here, as nobody else would tell. */
    boolean cutsPrompts(String model) {
        ProviderProfile.Window source = provider().window();
        return source != null && source.cutsPrompts() && windows.containsKey(model);
    }

    void learnWindow(String model, int tokens) {
        if (windows.size() < MOST_MODELS || windows.containsKey(model)) {
            windows.put(model, tokens);
        }
    }

    /**
     * Asks for the window of a model that has begun to answer, where prompts are cut, and at most every few minutes: a
     * server that loads models as they are asked for does not know it before, and may load one again with another window.
     */
    void askWindow(ModelTarget target, Timers timers) {
        ProviderProfile.Window source = provider().window();
        if (source == null || !source.cutsPrompts()) {
            return;
        }
        long now = timers.now();
        Long asked = windowAsked.get(target.model());
        boolean due = asked == null ? windowAsked.size() < MOST_MODELS : now - asked >= WINDOW_HOLDS;
        if (due) {
            windowAsked.put(target.model(), now);
            CompletableFuture<ModelWindow> unused = UpstreamWindow.of(this, target, source, false, timers);
        }
    }

    /** A question to a path of the server that is no part of OpenAI's API. */
    UpstreamRequest beside(String path) {
        Map<String, String> headers = new LinkedHashMap<>(jsonHeaders);
        headers.keySet().removeIf("Content-Type"::equalsIgnoreCase);
        return UpstreamRequest.get(endpoint.beside(path), headers);
    }

    /** A request to a path of the server that is no part of OpenAI's API. */
    UpstreamRequest beside(String path, byte[] json) {
        return UpstreamRequest.post(endpoint.beside(path), jsonHeaders, json);
    }

    /** Gives away its own buffer: a request of megabytes is not worth a copy. */
    private static final class Body extends ByteArrayOutputStream {

        Body(int size) {
            super(size);
        }

        byte[] bytes() {
            return buf;
        }
    }

    private Map<String, String> headers(UpstreamSettings settings, String accept) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", accept);
        headers.put("Accept-Encoding", "identity");
        headers.put("User-Agent", "claude-code-proxy/" + Version.CURRENT);
        settings.headers().forEach((name, value) -> {
            headers.keySet().removeIf(name::equalsIgnoreCase);
            headers.put(name, value);
        });
        return headers;
    }
}
