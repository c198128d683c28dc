package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.ModelRequest;
import io.github.claudecodeproxy.provider.ModelRules;
import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.tokens.TokenCounter;
import io.github.claudecodeproxy.upstream.CredentialSupplier;
import io.github.claudecodeproxy.upstream.JdkUpstreamClient;
import io.github.claudecodeproxy.upstream.TlsFiles;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What a proxy needs to know: where the upstream is, keys, models, limits and times. Immutable. */
public final class ProxySettings {

    private final Builder values;

    private ProxySettings(Builder values) {
        this.values = values;
    }

    /** A builder with all defaults; only the upstream's key is missing. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads the settings from variables, as the launcher does from the environment. An empty value counts as not set;
     * names that mean nothing here are passed over.
     *
     * @throws SettingsException with all problems at once; it never shows a value
     */
    public static ProxySettings read(Map<String, String> variables) {
        return new SettingsReader(variables).read();
    }

    /**
     * The names of variables that {@link #read} knows, but for those that people make up themselves; see {@link
     * #isVariable}.
     */
    public static List<String> variables() {
        return SettingsReader.NAMES;
    }

    /**
     * Whether {@link #read} knows this name: one of {@link #variables}, or {@code CUSTOM_HEADER_} with the name of a header
     * of calls to the upstream, or {@code UPSTREAM_NAME_BASE_URL} and {@code UPSTREAM_NAME_API_KEY} of an upstream besides
     * the main one.
     */
    public static boolean isVariable(String name) {
        return SettingsReader.NAMES.contains(name)
                || name.startsWith(SettingsReader.CUSTOM_HEADER)
                || UpstreamVariables.named(name);
    }

    /**
     * The variable with the address that the value of a variable is sent to, for credentials of providers: one that was
     * set beside an address must not be sent to another. Null for variables that are no such credentials.
     */
    public static @Nullable String addressOf(String credential) {
        return KeyVariables.addressOf(credential);
    }

    /** A builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** What works but probably not as meant, one line each; never a secret. */
    public List<String> warnings() {
        return values.warnings;
    }

    /** What the upstream's routes are appended to. */
    public URI baseUrl() {
        return values.baseUrl;
    }

    /**
     * How the provider differs: the one that was set, or else the one that claims the base URL; with the API that was set,
     * if one was.
     */
    public ProviderProfile provider() {
        return values.upstreamApi == null ? profile() : profile().withApi(values.upstreamApi);
    }

    private ProviderProfile profile() {
        if (values.provider != null) {
            return values.provider;
        }
        Providers known = values.providers;
        ProviderProfile claimed = known.forBaseUrl(values.baseUrl);
        boolean deployments = values.azureApiVersion != null && claimed.hosts().isEmpty();
        return deployments ? known.withDeploymentRoutes().orElse(claimed) : claimed;
    }

    /** The model for opus and for Claude names of no known tier. */
    public String bigModel() {
        return values.bigModel;
    }

    /** The model for sonnet; the big one unless it was set. */
    public String middleModel() {
        return values.middleModel == null ? values.bigModel : values.middleModel;
    }

    /** The model for haiku, and for the connection test. */
    public String smallModel() {
        return values.smallModel;
    }

    /** Decides which model serves a request. */
    public ModelMapper models() {
        return values.models == null
                ? ModelRules.builder().typedNames(values.others.keySet()).otherwise(tiers())
                : values.models;
    }

    /** The models of the three tiers, each at its upstream. */
    ModelMapper tiers() {
        return ModelMapper.tiers(
                atUpstream("big", bigModel()),
                values.middleModel == null && !values.others.containsKey("middle")
                        ? atUpstream("big", bigModel())
                        : atUpstream("middle", middleModel()),
                atUpstream("small", smallModel()));
    }

    /** The upstreams besides the main one: their addresses by name. */
    public Map<String, URI> otherUpstreams() {
        Map<String, URI> addresses = new LinkedHashMap<>();
        values.others.forEach((name, other) -> addresses.put(name, other.baseUrl()));
        return Collections.unmodifiableMap(addresses);
    }

    /** A model of the upstream that is named after its tier, or else of the one that a text names. */
    private ModelTarget atUpstream(String tier, String model) {
        return values.others.containsKey(tier)
                ? new ModelTarget(tier, model)
                : ModelTarget.parse(model, values.others.keySet());
    }

    /** Who is asked, in this order, where the model that was chosen has failed before the client was told anything. */
    public List<ModelTarget> fallbacks() {
        return values.fallbacks;
    }

    /** Whether a prompt that is longer than the window of its model, by an estimate, is refused without asking. */
    public boolean contextCheck() {
        return values.contextCheck;
    }

    /**
     * One line for each configured model whose provider stops serving it within 90 days, or has.
     *
     * @param today the day to count from
     */
    public List<String> shutdowns(LocalDate today) {
        Set<ModelTarget> targets = new LinkedHashSet<>();
        for (String tier : List.of("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5")) {
            targets.add(models().map(ModelRequest.named(tier)));
        }
        targets.addAll(values.fallbacks);
        List<String> lines = new ArrayList<>();
        for (ModelTarget target : targets) {
            LocalDate end = upstream(target).provider().shutdown(target.model());
            if (end != null && !today.plusDays(90).isBefore(end)) {
                lines.add(target
                        + (today.isBefore(end)
                                ? " is shut down by its provider on "
                                : " was shut down by its provider on ")
                        + end + ": choose another model, in README under Provider examples are current ones");
            }
        }
        return lines;
    }

    /** The upstream of a target; the main one where a mapper has invented a name. */
    private UpstreamSettings upstream(ModelTarget target) {
        List<UpstreamSettings> all = upstreams();
        return all.stream()
                .filter(upstream -> upstream.name().equals(target.upstream()))
                .findFirst()
                .orElse(all.get(0));
    }

    /** Whether {@code /v1/models} asks the upstreams for theirs. */
    public boolean upstreamModels() {
        return values.upstreamModels;
    }

    /** Whether upstreams that can are asked to count prompts. */
    public boolean upstreamCount() {
        return values.upstreamCount;
    }

    /** The context window of the model that serves a requested one, as far as it is known. */
    public @Nullable Integer contextWindow(String requestedModel) {
        ModelTarget target = models().map(ModelRequest.named(requestedModel));
        return upstream(target).provider().model(target.model()).contextWindow();
    }

    /** All upstreams, the main one first. */
    List<UpstreamSettings> upstreams() {
        List<UpstreamSettings> all = new ArrayList<>();
        all.add(new UpstreamSettings(
                ModelTarget.MAIN,
                values.baseUrl,
                values.upstreamKey == null ? UpstreamKey.of(SettingsReader.OPENAI_API_KEY, "") : values.upstreamKey,
                values.azureApiVersion,
                provider(),
                values.customHeaders));
        values.others.forEach((name, other) -> all.add(new UpstreamSettings(
                name, other.baseUrl(), other.key(), null, values.providers.forBaseUrl(other.baseUrl()), Map.of())));
        return all;
    }

    /** Whether clients must send a key. */
    public boolean clientKeyRequired() {
        return !values.clientKeys.isEmpty();
    }

    /** Most tokens of an answer whatever the client asks for; null when only the model's own limit holds. */
    public @Nullable Integer maxTokensLimit() {
        return values.maxTokensLimit;
    }

    /** The least cap on an answer that is sent upstream; null when the client's holds. */
    public @Nullable Integer minTokensLimit() {
        return values.minTokensLimit;
    }

    /** How long the upstream may send nothing when this model answers. */
    public Duration silence(String upstreamModel) {
        return silence(provider(), upstreamModel);
    }

    /** The same for a model of any upstream. */
    Duration silence(ModelTarget target) {
        return silence(upstream(target).provider(), target.model());
    }

    private Duration silence(ProviderProfile provider, String upstreamModel) {
        if (values.requestTimeout != null) {
            return values.requestTimeout;
        }
        Duration host = provider.silence();
        Integer seconds = provider.model(upstreamModel).silenceSeconds();
        Duration model = seconds == null ? Duration.ZERO : Duration.ofSeconds(seconds);
        return model.compareTo(host) > 0 ? model : host;
    }

    /** How often a call that failed before the client was told anything is sent again: 0 or 1. */
    public int maxRetries() {
        return values.maxRetries;
    }

    /** Most calls that are made to the upstream at once; others wait for a moment. */
    public int maxUpstreamConnections() {
        return values.maxUpstreamConnections;
    }

    /** Most bytes of memory that the requests of all running calls may take together. */
    public long maxBodyMemory() {
        return values.maxBodyMemory;
    }

    /** Headers that every call to the upstream carries; they win over the proxy's own. */
    public Map<String, String> customHeaders() {
        return values.customHeaders;
    }

    /** Whether prompts and answers may be written to the log at its debug level. */
    public boolean logContent() {
        return values.logContent;
    }

    /** Whether a request that cannot be translated without loss is refused. */
    public boolean strict() {
        return values.strict;
    }

    /** Whether answers carry the upstream's rate limits in Anthropic's headers. */
    public boolean rateLimitHeaders() {
        return values.rateLimitHeaders;
    }

    /** Counts prompts for clients that ask. */
    public TokenCounter tokenCounter() {
        return values.tokenCounter;
    }

    /** What seals the state of providers; null for what only one engine can open. */
    @Nullable
    String stateSecret() {
        if (values.stateSecret != null) {
            return values.stateSecret;
        }
        return values.upstreamKey == null ? null : values.upstreamKey.fixed();
    }

    /** These in place of others: what was sealed with a key that has changed since is still opened. */
    ProxySettings after(ProxySettings before) {
        String old = before.stateSecret();
        if (values.stateSecret != null || old == null || old.length() < 8 || old.equals(stateSecret())) {
            return this;
        }
        return toBuilder().oldStateSecrets(List.of(old)).build();
    }

    List<String> oldStateSecrets() {
        return values.oldStateSecrets;
    }

    @Nullable
    Supplier<String> metrics() {
        return values.metrics;
    }

    CallRecorder recorder() {
        return values.recorder;
    }

    CallListener calls() {
        return values.calls;
    }

    /** Who is told what is lost or changed in translation. */
    Consumer<Loss> losses() {
        return values.losses;
    }

    /** The HTTP proxy on the way to the upstream; null for none. May hold a password. */
    public @Nullable URI upstreamProxy() {
        return values.upstreamProxy;
    }

    /** The addresses that are reached without {@link #upstreamProxy}, by host and port. */
    public Set<URI> withoutProxy() {
        return values.direct;
    }

    /** Whom to trust as an upstream and which certificate to show; null for the JDK's default. */
    public @Nullable SSLContext upstreamTls() {
        return values.upstreamTls;
    }

    /** A builder of the JDK's client that is set up as these settings want it. */
    public JdkUpstreamClient.Builder upstreamClient() {
        JdkUpstreamClient.Builder client = JdkUpstreamClient.builder()
                .connectTimeout(timeouts().connect())
                .proxy(upstreamProxy())
                .direct(values.direct);
        return values.upstreamTls == null ? client : client.sslContext(values.upstreamTls);
    }

    /** Which {@code Host} values are served, in lower case and without port; empty for every one. */
    public Set<String> allowedHosts() {
        return values.allowedHosts;
    }

    /** Whether only clients on this machine are answered. */
    public boolean loopbackOnly() {
        return values.loopbackOnly;
    }

    /** Most bytes of a request's body, as sent and as decoded. */
    public int maxBody() {
        return values.maxBody;
    }

    /** How long to wait for what. */
    public ProxyTimeouts timeouts() {
        return values.timeouts;
    }

    List<ClientKey> clientKeys() {
        return values.clientKeys;
    }

    /** An upstream besides the main one. */
    record Other(URI baseUrl, UpstreamKey key) {

        /** Without the key. */
        @Override
        public String toString() {
            return "an upstream";
        }
    }

    /** Collects settings. Not thread-safe; each {@link #build} gives an independent result. */
    public static final class Builder {

        private static final int MEBIBYTE = 1 << 20;

        private @Nullable UpstreamKey upstreamKey;
        private List<ClientKey> clientKeys = List.of();
        private URI baseUrl = URI.create("https://api.openai.com/v1");
        private @Nullable String azureApiVersion;
        private @Nullable ProviderProfile provider;
        private ProviderProfile.@Nullable Api upstreamApi;
        private String bigModel = "gpt-4o";
        private @Nullable String middleModel;
        private String smallModel = "gpt-4o-mini";
        private @Nullable ModelMapper models;
        private Map<String, Other> others = Map.of();
        private List<ModelTarget> fallbacks = List.of();
        private boolean contextCheck;
        private boolean upstreamModels;
        private boolean upstreamCount;
        private Set<URI> direct = Set.of();
        private @Nullable Integer maxTokensLimit;
        private @Nullable Integer minTokensLimit;
        private @Nullable Duration requestTimeout;
        private int maxRetries = 1;
        private int maxUpstreamConnections = 1000;
        private long maxBodyMemory = Runtime.getRuntime().maxMemory() / 2;
        private Map<String, String> customHeaders = Map.of();
        private boolean logContent;
        private boolean strict;
        private boolean rateLimitHeaders;
        private @Nullable String stateSecret;
        private List<String> oldStateSecrets = List.of();
        private Providers providers = Providers.builtIn();
        private Consumer<Loss> losses = loss -> {};
        private CallListener calls = call -> {};
        private CallRecorder recorder = (requestId, headers, request) -> null;
        private @Nullable Supplier<String> metrics;
        private TokenCounter tokenCounter = TokenCounter.estimating();
        private @Nullable URI upstreamProxy;
        private @Nullable SSLContext upstreamTls;
        private Set<String> allowedHosts = Set.of();
        private boolean loopbackOnly;
        private int maxBody = 32 * MEBIBYTE;
        private ProxyTimeouts timeouts = ProxyTimeouts.defaults();
        private List<String> warnings = List.of();

        private Builder() {}

        private Builder(Builder other) {
            upstreamKey = other.upstreamKey;
            clientKeys = other.clientKeys;
            baseUrl = other.baseUrl;
            azureApiVersion = other.azureApiVersion;
            provider = other.provider;
            upstreamApi = other.upstreamApi;
            bigModel = other.bigModel;
            middleModel = other.middleModel;
            smallModel = other.smallModel;
            models = other.models;
            others = other.others;
            fallbacks = other.fallbacks;
            contextCheck = other.contextCheck;
            upstreamModels = other.upstreamModels;
            upstreamCount = other.upstreamCount;
            direct = other.direct;
            maxTokensLimit = other.maxTokensLimit;
            minTokensLimit = other.minTokensLimit;
            requestTimeout = other.requestTimeout;
            maxRetries = other.maxRetries;
            maxUpstreamConnections = other.maxUpstreamConnections;
            maxBodyMemory = other.maxBodyMemory;
            customHeaders = other.customHeaders;
            logContent = other.logContent;
            strict = other.strict;
            rateLimitHeaders = other.rateLimitHeaders;
            stateSecret = other.stateSecret;
            oldStateSecrets = other.oldStateSecrets;
            providers = other.providers;
            losses = other.losses;
            calls = other.calls;
            recorder = other.recorder;
            metrics = other.metrics;
            tokenCounter = other.tokenCounter;
            upstreamProxy = other.upstreamProxy;
            upstreamTls = other.upstreamTls;
            allowedHosts = other.allowedHosts;
            loopbackOnly = other.loopbackOnly;
            maxBody = other.maxBody;
            timeouts = other.timeouts;
            warnings = other.warnings;
        }

        /** The key for the upstream; required, any text where the upstream wants none. */
        public Builder upstreamKey(String value) {
            return upstreamKey(UpstreamKey.of(SettingsReader.OPENAI_API_KEY, value));
        }

        /**
         * Where the key for the upstream comes from, in place of one that never changes. Set {@link #stateSecret} too:
         * without it, what clients carry for the provider is known to no other instance, and to none after a restart.
         */
        public Builder upstreamCredential(CredentialSupplier value) {
            return upstreamKey(UpstreamKey.of("upstream credential", value));
        }

        Builder upstreamKey(@Nullable UpstreamKey value) {
            upstreamKey = value;
            return this;
        }

        /** The one key that clients must send; null, the default, lets everyone in. */
        public Builder clientKey(@Nullable String value) {
            return clientKeys(value == null ? List.of() : List.of(value));
        }

        /** The keys of which clients must send one; none lets everyone in. */
        public Builder clientKeys(Collection<String> values) {
            clientKeys = values.stream().map(key -> new ClientKey(null, key)).toList();
            return this;
        }

        /** The keys of which clients must send one, with the names of those whose they are; none lets everyone in. */
        public Builder clients(List<ClientKey> values) {
            clientKeys = List.copyOf(values);
            return this;
        }

        /** What the upstream's routes are appended to. */
        public Builder baseUrl(URI value) {
            baseUrl = value;
            return this;
        }

        /** The {@code api-version} of Azure's classic routes; null elsewhere. */
        public Builder azureApiVersion(@Nullable String value) {
            azureApiVersion = value;
            return this;
        }

        /** How the provider differs; null, the default, finds it by the base URL. */
        public Builder provider(@Nullable ProviderProfile value) {
            provider = value;
            return this;
        }

        /**
         * Which of OpenAI's two APIs serves the calls at {@link #baseUrl}; null, the default, leaves it to what is known of
         * the provider.
         */
        public Builder upstreamApi(ProviderProfile.@Nullable Api value) {
            upstreamApi = value;
            return this;
        }

        /** The model for opus and for Claude names of no known tier. */
        public Builder bigModel(String value) {
            bigModel = value;
            return this;
        }

        /** The model for sonnet; null, the default, takes the big one. */
        public Builder middleModel(@Nullable String value) {
            middleModel = value;
            return this;
        }

        /** The model for haiku, and for the connection test. */
        public Builder smallModel(String value) {
            smallModel = value;
            return this;
        }

        /** Decides which model serves a request; null, the default, maps the three tiers. */
        public Builder models(@Nullable ModelMapper value) {
            models = value;
            return this;
        }

        /**
         * One more upstream, which targets of the model mapper and fallbacks may name. Its provider is the one that claims
         * the base URL. Where it is named {@code big}, {@code middle} or {@code small} it serves that tier.
         *
         * @param name small letters and digits
         * @param url what its routes are appended to
         * @param key its key; any text where it wants none
         */
        public Builder upstream(String name, URI url, String key) {
            return upstream(name, url, UpstreamKey.of(UpstreamVariables.prefix(name) + UpstreamVariables.API_KEY, key));
        }

        /** The same with a key that may change. */
        public Builder upstream(String name, URI url, CredentialSupplier credentials) {
            return upstream(name, url, UpstreamKey.of("credential of upstream " + name, credentials));
        }

        Builder upstream(String name, URI url, UpstreamKey key) {
            Map<String, Other> all = new LinkedHashMap<>(others);
            all.put(name, new Other(url, key));
            others = Collections.unmodifiableMap(all);
            return this;
        }

        /** Who is asked, in this order, where the chosen model has failed before the client was told anything. */
        public Builder fallbacks(List<ModelTarget> values) {
            fallbacks = List.copyOf(values);
            return this;
        }

        /**
         * Whether a prompt that is longer than the window of its model, by an estimate, is refused without asking the
         * provider; no by default, because an estimate may be wrong.
         */
        public Builder contextCheck(boolean value) {
            contextCheck = value;
            return this;
        }

        /**
         * Whether {@code /v1/models} lists the upstreams' models too, of which it asks at most every five minutes; no by
         * default.
         */
        public Builder upstreamModels(boolean value) {
            upstreamModels = value;
            return this;
        }

        /**
         * Whether upstreams that can, vLLM and llama.cpp, are asked to count prompts for {@code count_tokens}; no by
         * default.
         */
        public Builder upstreamCount(boolean value) {
            upstreamCount = value;
            return this;
        }

        /** Addresses that are reached without the proxy. */
        Builder direct(Set<URI> values) {
            direct = Set.copyOf(values);
            return this;
        }

        Map<String, Other> others() {
            return others;
        }

        ModelMapper tiers() {
            return new ProxySettings(this).tiers();
        }

        /** The window of the big model, where it is known. */
        @Nullable
        Integer bigWindow() {
            ProxySettings settings = new ProxySettings(this);
            ModelTarget big = settings.atUpstream("big", bigModel);
            return settings.upstream(big).provider().model(big.model()).contextWindow();
        }

        /** Most tokens of an answer; null, the default, leaves it to the model. */
        public Builder maxTokensLimit(@Nullable Integer value) {
            maxTokensLimit = value;
            return this;
        }

        /** The least cap on an answer that is sent; null, the default, leaves it to the client. */
        public Builder minTokensLimit(@Nullable Integer value) {
            minTokensLimit = value;
            return this;
        }

        /** How long the upstream may send nothing; null, the default, depends on provider and model. */
        public Builder requestTimeout(@Nullable Duration value) {
            requestTimeout = value;
            return this;
        }

        /** How often a failed call is sent again before the client was told anything: 0 or 1, the default. */
        public Builder maxRetries(int value) {
            maxRetries = value;
            return this;
        }

        /**
         * Most calls that are made to the upstream at once, 1000 by default. As many may wait, up to 5 s; those on
         * top are told to come back later before their bodies are read.
         */
        public Builder maxUpstreamConnections(int value) {
            maxUpstreamConnections = value;
            return this;
        }

        /**
         * Most bytes of memory that the requests of all running calls may take together, 4 for each byte of a body;
         * half of the JVM's heap by default. A call that is alone may always take what it needs.
         */
        public Builder maxBodyMemory(long value) {
            maxBodyMemory = value;
            return this;
        }

        /** Headers that every call to the upstream carries; they win over the proxy's own. Copied. */
        public Builder customHeaders(Map<String, String> value) {
            customHeaders = Collections.unmodifiableMap(new LinkedHashMap<>(value));
            return this;
        }

        /** Whether prompts and answers may be written to the log at its debug level; no by default. */
        public Builder logContent(boolean value) {
            logContent = value;
            return this;
        }

        /** Whether a request that cannot be translated without loss is refused; no by default. */
        public Builder strict(boolean value) {
            strict = value;
            return this;
        }

        /** Whether answers carry the upstream's rate limits in Anthropic's headers; no by default. */
        public Builder rateLimitHeaders(boolean value) {
            rateLimitHeaders = value;
            return this;
        }

        /**
         * What seals the state of providers that clients carry from one turn to the next; null, the default, uses the
         * upstream's key, so that all instances with the same key open each other's.
         */
        public Builder stateSecret(@Nullable String value) {
            stateSecret = value;
            return this;
        }

        /** Secrets with which nothing is sealed any more, but what they have sealed is still opened; none by default. */
        public Builder oldStateSecrets(List<String> values) {
            oldStateSecrets = List.copyOf(values);
            return this;
        }

        /** The providers among which the base URL chooses; the built-in ones unless set. */
        public Builder providers(Providers value) {
            providers = value;
            return this;
        }

        /**
         * Who is told what is lost or changed in translation, besides the log; nobody, unless set. Told once for each
         * loss of a call, on the thread that translates: it must not block, and what it throws is passed over.
         */
        public Builder losses(Consumer<Loss> value) {
            losses = value;
            return this;
        }

        /**
         * Counts prompts for {@code count_tokens}; an estimate by default. It is called on a thread of the engine's pool,
         * one call after the other.
         */
        public Builder tokenCounter(TokenCounter value) {
            tokenCounter = value;
            return this;
        }

        /** Keeps what calls are made of; by default nobody does. */
        public Builder recorder(CallRecorder value) {
            recorder = value;
            return this;
        }

        /** Told of every call of a model; by default nobody is. */
        public Builder calls(CallListener value) {
            calls = value;
            return this;
        }

        /**
         * What {@code GET /metrics} answers, in Prometheus' text format; without it there is no such path. Asked on the
         * thread of the request, by several at once. Clients need the key where one is set.
         */
        public Builder metrics(@Nullable Supplier<String> value) {
            metrics = value;
            return this;
        }

        /**
         * The HTTP proxy on the way to the upstream, in a form of {@link JdkUpstreamClient.Builder#proxy}; null, the
         * default, for none. It is for {@link ProxySettings#upstreamClient}: the engine itself makes no connection.
         */
        public Builder upstreamProxy(@Nullable URI value) {
            upstreamProxy = value;
            return this;
        }

        /**
         * Whom to trust as upstream, and which certificate to show to it, as {@link TlsFiles#context} makes it; null, the
         * default, for the JDK's own. It is for {@link ProxySettings#upstreamClient}, like the proxy.
         */
        public Builder upstreamTls(@Nullable SSLContext value) {
            upstreamTls = value;
            return this;
        }

        URI baseUrl() {
            return baseUrl;
        }

        /**
         * Which {@code Host} values to serve, without port; empty, the default, for every one. The entry {@code *}
         * stands for all that no web page can be served from: every IP address, and every name without a dot. Copied.
         */
        public Builder allowedHosts(Set<String> value) {
            allowedHosts = HostRule.names(value);
            return this;
        }

        /**
         * Whether to answer clients on this machine only, where everybody may connect and no key is set; false by default.
         * Forwarding headers are not believed: a request that has one is refused.
         */
        public Builder loopbackOnly(boolean value) {
            loopbackOnly = value;
            return this;
        }

        /** Most bytes of a request's body; 32 MiB by default. */
        public Builder maxBody(int value) {
            maxBody = value;
            return this;
        }

        /** How long to wait for what. */
        public Builder timeouts(ProxyTimeouts value) {
            timeouts = value;
            return this;
        }

        Builder warnings(List<String> value) {
            warnings = List.copyOf(value);
            return this;
        }

        /**
         * The settings.
         *
         * @throws SettingsException with all problems; it never shows a value
         */
        public ProxySettings build() {
            List<String> problems = problems();
            if (!problems.isEmpty()) {
                throw new SettingsException(problems);
            }
            return new ProxySettings(new Builder(this));
        }

        List<String> problems() {
            SettingsRules rules = new SettingsRules();
            rules.requiredKey(SettingsReader.OPENAI_API_KEY, upstreamKey);
            rules.keys("ANTHROPIC_API_KEY", clientKeys);
            rules.stateSecret(stateSecret);
            oldStateSecrets.forEach(rules::stateSecret);
            rules.baseUrl("OPENAI_BASE_URL", baseUrl);
            rules.proxy("UPSTREAM_PROXY", upstreamProxy);
            rules.word("AZURE_API_VERSION", azureApiVersion);
            rules.model("BIG_MODEL", bigModel);
            rules.model("MIDDLE_MODEL", middleModel);
            rules.model("SMALL_MODEL", smallModel);
            others.forEach((name, other) -> rules.upstream(name, other));
            fallbacks.forEach(target -> rules.target("FALLBACK_MODELS", target, others.keySet()));
            rules.tokenLimits(minTokensLimit, maxTokensLimit);
            rules.positive("REQUEST_TIMEOUT", requestTimeout);
            rules.check("MAX_UPSTREAM_CONNECTIONS", maxUpstreamConnections > 0, "must be at least 1");
            rules.check("maxBodyMemory", maxBodyMemory > 0, "must be at least 1");
            rules.check("MAX_RETRIES", maxRetries >= 0 && maxRetries <= 1, "must be 0 or 1");
            rules.check("maxBody", maxBody > 0, "must be positive");
            customHeaders.forEach(rules::header);
            return new ArrayList<>(rules.problems());
        }
    }
}
