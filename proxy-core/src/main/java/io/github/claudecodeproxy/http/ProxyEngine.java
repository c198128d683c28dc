package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.provider.ModelRequest;
import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.threads.DaemonThreads;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The proxy without a server: answers exchanges that an adapter hands in. Thread-safe; one instance serves all
 * exchanges of a process. Owns two small pools of threads until it is closed; no thread waits for a call.
 */
public final class ProxyEngine implements AutoCloseable {

    private static final ClaudeError SHUTTING_DOWN = ClaudeError.of(
                    ClaudeError.Type.UNAVAILABLE, "The proxy is shutting down.")
            .withShouldRetry(true);

    private static final int SHORTEST_LINE = 8;

    private final KnownSecrets secrets;
    private final EngineParts parts;
    private final String stateSecret;
    private final Routes routes;
    private final ClientAuthentication authentication;
    private final HostRule hosts;
    private final boolean loopbackOnly;
    private final Runnable closing;
    private volatile boolean draining;

    /**
     * An engine.
     *
     * @param settings how it behaves
     * @param upstream makes the calls; stays the caller's to close, after this engine
     */
    public ProxyEngine(ProxySettings settings, UpstreamClient upstream) {
        this(settings, upstream, new ScheduledTimers(System::nanoTime), new DaemonThreads("proxy-worker"));
    }

    /**
     * An engine with other settings in place of this one, whose last calls it goes on telling of, and whose state of
     * providers it opens where the settings have no secret for that. This one is to be closed when its own calls have ended.
     *
     * @param upstream as for a new engine; not the client of this one, if that is closed with it
     */
    public ProxyEngine successor(ProxySettings settings, UpstreamClient upstream) {
        DaemonThreads threads = new DaemonThreads("proxy-worker");
        Timers timers = new ScheduledTimers(System::nanoTime);
        return new ProxyEngine(
                settings.after(parts.settings()),
                upstream,
                timers,
                threads,
                workers(threads),
                parts.history(),
                stateSecret);
    }

    private ProxyEngine(ProxySettings settings, UpstreamClient upstream, Timers timers, DaemonThreads threads) {
        this(settings, upstream, timers, threads, workers(threads), new CallHistory(timers), madeUp());
    }

    private ProxyEngine(
            ProxySettings settings,
            UpstreamClient upstream,
            Timers timers,
            DaemonThreads threads,
            ExecutorService workers,
            CallHistory history,
            String ownSecret) {
        this(settings, upstream, timers, workers, history, ownSecret, () -> {
            workers.shutdown();
            timers.close();
            threads.awaitEnd(workers);
        });
    }

    ProxyEngine(ProxySettings settings, UpstreamClient upstream, Timers timers, Executor executor, Runnable closing) {
        this(settings, upstream, timers, executor, new CallHistory(timers), madeUp(), closing);
    }

    private ProxyEngine(
            ProxySettings settings,
            UpstreamClient upstream,
            Timers timers,
            Executor executor,
            CallHistory history,
            String ownSecret,
            Runnable closing) {
        this.stateSecret = Objects.requireNonNullElse(settings.stateSecret(), ownSecret);
        LossReport losses = new LossReport();
        this.secrets = new KnownSecrets(secrets(settings));
        RunningCalls running = new RunningCalls();
        this.parts = new EngineParts(
                settings,
                new Upstreams(
                        settings.upstreams(),
                        one -> new Upstream(
                                upstream,
                                one,
                                settings,
                                translator(settings, stateSecret, one, losses, secrets),
                                new UpstreamCredential(one.key(), InstantSource.system(), secrets),
                                running,
                                timers,
                                executor)),
                timers,
                running,
                new Admission(mostCalls(settings.maxUpstreamConnections()), settings.maxBodyMemory()),
                history);
        RequestBody bodies = new RequestBody(settings.maxBody(), parts.admission(), executor);
        this.routes = new Routes(
                new MessagesRoute(parts, bodies), new ModelsRoute(parts), new StatusRoutes(parts), settings.metrics());
        this.authentication = new ClientAuthentication(settings.clientKeys());
        this.hosts = new HostRule(settings.allowedHosts());
        this.loopbackOnly = settings.loopbackOnly();
        this.closing = closing;
    }

    /**
     * Answers the exchange, now or later, on any thread; never throws. Neither blocks nor takes long if the client of the
     * upstream does not: what takes long, such as a large body, goes to threads of the engine.
     */
    public void handle(Exchange exchange) {
        Reply reply = new Reply(exchange);
        Guard.run(reply, () -> route(reply));
    }

    /**
     * Takes no new work any more: health is still answered, readiness says no, and everything else is told to go
     * elsewhere. Calls that run go on. May be called again.
     */
    public void drain() {
        draining = true;
    }

    /**
     * Ends the calls that still run: each client is told by an error that its answer is not complete. For the end of
     * the time that {@link #drain} gave them.
     */
    public void endCalls() {
        draining = true;
        parts.running().stop();
    }

    /**
     * Gets the keys of all upstreams now rather than with their first calls. The future fails where one cannot be had; the
     * message of its cause says which variable, or which upstream, and why, and shows no key.
     */
    public CompletableFuture<Void> fetchKeys() {
        return CompletableFuture.allOf(parts.upstreams().all().stream()
                .map(upstream -> upstream.credential().now())
                .toArray(CompletableFuture[]::new));
    }

    /**
     * Asks the servers that people start themselves how long a prompt may be, for the models of the three tiers, and goes
     * by it from then on: {@code /v1/models} tells it, and a prompt that is too long is refused where the server would cut
     * it without a word. The future never fails; models of other providers are not in it.
     *
     * @param load whether models that are not in memory may be loaded, which can take minutes; it ends after three
     */
    public CompletableFuture<List<ModelWindow>> contextWindows(boolean load) {
        Map<ModelTarget, CompletableFuture<ModelWindow>> asked = new LinkedHashMap<>();
        for (String tier : List.of("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5")) {
            ModelTarget target = parts.settings().models().map(ModelRequest.named(tier));
            Upstream upstream = parts.upstreams().of(target);
            ProviderProfile.Window source = upstream.provider().window();
            if (source != null) {
                asked.computeIfAbsent(
                        target, model -> UpstreamWindow.of(upstream, model, source, load, parts.timers()));
            }
        }
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                .thenApply(unused ->
                        asked.values().stream().map(CompletableFuture::join).toList());
    }

    /** A text without the keys of the upstreams as they are now, or were until a moment ago. */
    public String withoutKeys(String text) {
        String masked = text;
        for (String secret : secrets.get()) {
            masked = masked.replace(secret, "***");
        }
        return masked;
    }

    /** How the engine and its upstream stand at this moment. */
    public EngineStatus status() {
        return EngineStatus.of(parts);
    }

    /** Makes one small real call to the small model. The future never fails; cancelling it has no effect. */
    public CompletableFuture<ConnectionReport> testConnection() {
        CompletableFuture<ConnectionReport> result = new CompletableFuture<>();
        new ConnectionCheck(parts).run(result::complete);
        return result;
    }

    /** Frees the threads. Calls that still run get no timers any more; adapters stop taking requests first. */
    @Override
    public void close() {
        closing.run();
    }

    /** Those at the upstream and as many in line, so that nobody waits much longer than one call takes. */
    private static int mostCalls(int connections) {
        long line = Math.max(SHORTEST_LINE, connections);
        return (int) Math.min(Integer.MAX_VALUE, connections + line);
    }

    private void route(Reply reply) {
        Exchange exchange = reply.exchange();
        if (draining && !routes.isHealth(exchange)) {
            reply.error(SHUTTING_DOWN, Map.of("connection", "close"));
        } else if (loopbackOnly && !LoopbackRule.admits(exchange)) {
            refuse(
                    reply,
                    "This server has no client key, so it answers only its own machine: set ANTHROPIC_API_KEY to the key"
                            + " that clients send, or ALLOW_UNAUTHENTICATED=true to let everybody in.");
        } else if (fromAWebPage(exchange)) {
            refuse(reply, "Web pages may not call this server.");
        } else if (!hosts.allows(exchange.header("host"))) {
            refuse(reply, "This server does not answer under that host name; ALLOWED_HOSTS can name more.");
        } else {
            Routes.Match match = routes.find(exchange);
            Routes.Route route = match.route();
            if (route == null) {
                String message = "This path does not take " + LogText.of(exchange.method()) + ".";
                ClaudeError error = ClaudeError.of(ClaudeError.Type.METHOD_NOT_ALLOWED, message);
                reply.error(error, Map.of("allow", match.allowed()));
            } else if (route.open()) {
                route.handler().accept(reply);
            } else {
                ClientKey client = authentication.client(exchange);
                if (client == null) {
                    reply.error(ClaudeError.of(
                            ClaudeError.Type.AUTHENTICATION,
                            "invalid x-api-key: send this server's client key as x-api-key or as a bearer token"));
                } else {
                    reply.client(client.name());
                    route.handler().accept(reply);
                }
            }
        }
    }

    /** Browsers send one or the other with whatever a page makes them ask for, an image included. */
    private static boolean fromAWebPage(Exchange exchange) {
        String site = exchange.header("sec-fetch-site");
        return exchange.header("origin") != null
                || (site != null && !site.equals("none") && !site.equals("same-origin"));
    }

    private static void refuse(Reply reply, String message) {
        reply.error(ClaudeError.of(ClaudeError.Type.PERMISSION, message));
    }

    private static ClaudeOpenAiTranslator translator(
            ProxySettings settings,
            String stateSecret,
            UpstreamSettings upstream,
            LossReport losses,
            KnownSecrets secrets) {
        return ClaudeOpenAiTranslator.builder()
                .profile(upstream.provider())
                .models(settings.models())
                .maxTokensLimit(settings.maxTokensLimit())
                .minTokensLimit(settings.minTokensLimit())
                .secrets(secrets)
                .strict(settings.strict())
                .tokenCounter(settings.tokenCounter())
                .stateSecret(stateSecret)
                .oldStateSecrets(settings.oldStateSecrets())
                .diagnostics((model, loss) -> {
                    losses.lost(model, loss);
                    settings.losses().accept(Loss.of(model, loss));
                })
                .build();
    }

    private static String madeUp() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return Base64.getEncoder().encodeToString(secret);
    }

    /** The keys, and headers that stand in for them. */
    private static Set<String> secrets(ProxySettings settings) {
        Set<String> secrets = new HashSet<>();
        settings.upstreams().forEach(upstream -> add(secrets, upstream.key().fixed()));
        add(secrets, settings.stateSecret());
        secrets.addAll(settings.oldStateSecrets());
        settings.customHeaders().forEach((name, value) -> {
            if (name.equalsIgnoreCase("authorization")
                    || name.toLowerCase(Locale.ROOT).endsWith("key")) {
                secrets.add(value);
            }
        });
        return secrets;
    }

    private static void add(Set<String> secrets, @Nullable String secret) {
        if (secret != null) {
            secrets.add(secret);
        }
    }

    private static ExecutorService workers(DaemonThreads threads) {
        return Executors.newFixedThreadPool(Math.max(2, Runtime.getRuntime().availableProcessors()), threads);
    }
}
