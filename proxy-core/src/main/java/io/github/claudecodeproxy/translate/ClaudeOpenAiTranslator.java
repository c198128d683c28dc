package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.openai.ChatRequest;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.tokens.TokenCounter;
import io.github.claudecodeproxy.tokens.TokenEstimate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Translates between the Anthropic Messages API and those of OpenAI: requests out, answers back. Does no input or
 * output and starts no thread. Thread-safe; what it learns of the lengths of prompts is all that changes in it.
 *
 * <pre>{@code
 * ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder().build();
 * Translation trip = translator.translate(translator.parse(claudeJson));
 * byte[] openAiJson = trip.body();               // send this to the provider
 * ClaudeMessage answer = trip.message(response); // and give it what came back
 * }</pre>
 */
public final class ClaudeOpenAiTranslator {

    private static final String SESSION_HEADER = "x-claude-code-session-id";

    private final ProviderProfile profile;
    private final ModelMapper models;
    private final TokenCounter tokens;
    private final OutputLimits limits;
    private final boolean strict;
    private final Supplier<Set<String>> secrets;
    private final StateSeal seal;
    private final LearntRatios ratios = new LearntRatios();
    private final DiagnosticListener listener;

    private ClaudeOpenAiTranslator(Builder builder) {
        this.profile = builder.profile;
        this.models = builder.models;
        this.tokens = builder.tokens;
        this.limits = new OutputLimits(builder.minTokensLimit, builder.maxTokensLimit);
        this.strict = builder.strict;
        this.secrets = builder.secrets;
        this.listener = builder.listener;
        this.seal = StateSeal.of(builder.stateSecret, builder.oldStateSecrets);
    }

    /** A builder with the defaults: OpenAI's own API, and its models in place of Claude's tiers. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads the body of a request.
     *
     * @param json a JSON object in UTF-8
     * @throws ClaudeException with an invalid request error that names the field
     */
    public ClaudeRequest parse(byte[] json) {
        return RequestParser.parse(json);
    }

    /**
     * Translates a request that came without headers; see {@link #translate(ClaudeRequest, Map)}.
     *
     * @throws ClaudeException with an invalid request error that names the field
     */
    public Translation translate(ClaudeRequest request) {
        return translate(request, Map.of());
    }

    /**
     * Translates a request.
     *
     * @param request what the client asks for
     * @param headers the client's headers by lower-case name; only the session's id is read
     * @throws ClaudeException with an invalid request error that names the field
     */
    public Translation translate(ClaudeRequest request, Map<String, String> headers) {
        return translate(request, headers, List.of());
    }

    /**
     * Translates a request for a model of which something was learnt; see {@link Translation#lessons}.
     *
     * @param request what the client asks for
     * @param headers the client's headers by lower-case name; the session's id and the API's version are read
     * @param lessons what the provider's refusals have taught about the model
     * @throws ClaudeException with an invalid request error that names the field
     */
    public Translation translate(ClaudeRequest request, Map<String, String> headers, Collection<Lesson> lessons) {
        return translate(request, headers, lessons, target(request, headers).model());
    }

    /**
     * Translates a request for a model that was chosen already; the mapper is not asked.
     *
     * @param request what the client asks for
     * @param headers the client's headers by lower-case name; the session's id and the API's version are read
     * @param lessons what the provider's refusals have taught about the model
     * @param upstreamModel the provider's name of the model
     * @throws ClaudeException with an invalid request error that names the field
     */
    public Translation translate(
            ClaudeRequest request, Map<String, String> headers, Collection<Lesson> lessons, String upstreamModel) {
        return translate(request, headers, List.copyOf(lessons), upstreamModel, List.of());
    }

    private Translation translate(
            ClaudeRequest request,
            Map<String, String> headers,
            List<Lesson> lessons,
            String model,
            Collection<Diagnostic> reported) {
        ProviderProfile served = profile.forModel(model);
        for (Lesson lesson : lessons) {
            served = lesson.apply(served, model);
        }
        boolean choice = served.api() == ProviderProfile.Api.AUTO;
        if (onResponses(request, served, model)) {
            served = served.onResponses();
        }
        LocalAnswer local = LocalAnswer.of(request, HostedSearch.possible(served));
        if (strict) {
            ApiVersion.of(headers).check(request);
        }
        Diagnostics diagnostics = new Diagnostics(strict && local == null, diagnostic -> {
            if (!reported.contains(diagnostic)) {
                listener.lost(model, diagnostic);
            }
        });
        ToolNames names = new ToolNames();
        ToolIds ids = new ToolIds(served.tools().maxId(), served.tools().exactId());
        RequestConverter converter = new RequestConverter(request, model, served, limits, diagnostics);
        ReasoningState state = new ReasoningState(seal, served, model, diagnostics);
        ChatRequest chat = converter.convert(names, ids, state, sessionId(request, headers));
        return new Translation(
                request,
                chat,
                served.api() == ProviderProfile.Api.RESPONSES ? new ResponsesRequestConverter(chat).convert() : null,
                choice,
                served,
                names,
                ids,
                diagnostics,
                estimate(request, model),
                secrets,
                seal,
                converter.stops(),
                converter.prefill(),
                local,
                (more, told) -> {
                    List<Lesson> all = new ArrayList<>(lessons);
                    all.addAll(more);
                    return translate(request, headers, all, model, told);
                });
    }

    /** Whether the Responses API is to serve a request. */
    private static boolean onResponses(ClaudeRequest request, ProviderProfile profile, String model) {
        ProviderProfile.Api api =
                profile.api() == ProviderProfile.Api.AUTO ? profile.model(model).api() : profile.api();
        boolean tools = request.tools() != null && !request.tools().isEmpty();
        if (profile.api() == ProviderProfile.Api.AUTO
                && profile.responses().webSearch()
                && HostedSearch.wanted(request)) {
            return true;
        }
        return switch (api) {
            case CHAT -> false;
            case RESPONSES -> true;
            case AUTO -> tools && ReasoningConverter.wanted(request);
        };
    }

    /**
     * Where the mapper sends a request.
     *
     * @param request what the client asks for
     * @param headers the client's headers by lower-case name; the sub-agent's id is read
     */
    public ModelTarget target(ClaudeRequest request, Map<String, String> headers) {
        return models.map(new MappedRequest(request, headers, profile.model("")));
    }

    /** The upstream's name of the model that serves a request. */
    public String upstreamModel(ClaudeRequest request) {
        return target(request, Map.of()).model();
    }

    /**
     * Counts the tokens of a request for the model that would serve it: as {@link Builder#tokenCounter} does where that
     * knows the model or nothing was learnt of it, and else by an estimate that what the provider reported has corrected.
     */
    public long countTokens(ClaudeRequest request) {
        return countTokens(request, upstreamModel(request));
    }

    /** The same for a model that was chosen already; the mapper is not asked. */
    public long countTokens(ClaudeRequest request, String model) {
        ModelData known = profile.model(model);
        return tokens.knows(known) || !ratios.knows(model)
                ? tokens.count(request, known)
                : estimate(request, model).tokens();
    }

    /** An estimate of a prompt's tokens, corrected by what the provider has reported of the model's earlier prompts. */
    public long estimateTokens(ClaudeRequest request, String upstreamModel) {
        return estimate(request, upstreamModel).tokens();
    }

    private PromptEstimate estimate(ClaudeRequest request, String model) {
        return new PromptEstimate(ratios, model, TokenEstimate.of(request, profile.model(model)));
    }

    private static @Nullable String sessionId(ClaudeRequest request, Map<String, String> headers) {
        String header = headers.get(SESSION_HEADER);
        if (header != null) {
            return header;
        }
        String userId = request.metadata() == null ? null : request.metadata().userId();
        if (userId == null || !userId.startsWith("{")) {
            return null;
        }
        try {
            JsonNode session = ClaudeJson.mapper().readTree(userId).path("session_id");
            return session.isTextual() ? session.textValue() : null;
        } catch (JsonProcessingException notJson) {
            return null;
        }
    }

    /** Builds translators. Not thread-safe. */
    public static final class Builder {

        private ProviderProfile profile = Providers.builtIn().named("openai").orElseThrow();
        private ModelMapper models = ModelMapper.tiers("gpt-4o", "gpt-4o", "gpt-4o-mini");
        private TokenCounter tokens = TokenCounter.estimating();
        private @Nullable Integer minTokensLimit;
        private @Nullable Integer maxTokensLimit;
        private boolean strict;
        private @Nullable String stateSecret;
        private List<String> oldStateSecrets = List.of();
        private DiagnosticListener listener = (model, diagnostic) -> {};
        private Supplier<Set<String>> secrets = Set::of;

        private Builder() {}

        /** How the provider differs from others; OpenAI unless set. */
        public Builder profile(ProviderProfile value) {
            profile = value;
            return this;
        }

        /** Which model serves a requested one. */
        public Builder models(ModelMapper value) {
            models = value;
            return this;
        }

        /**
         * Counts prompts for {@link ClaudeOpenAiTranslator#countTokens}; an estimate unless set. What an answer says at
         * its beginning is an estimate always, which learns from what the provider reports.
         */
        public Builder tokenCounter(TokenCounter value) {
            tokens = value;
            return this;
        }

        /** Raises smaller values of {@code max_tokens}; null, the default, raises none. */
        public Builder minTokensLimit(@Nullable Integer value) {
            minTokensLimit = value;
            return this;
        }

        /** Lowers larger values of {@code max_tokens}; null, the default, leaves that to what is known of the model. */
        public Builder maxTokensLimit(@Nullable Integer value) {
            maxTokensLimit = value;
            return this;
        }

        /** Who is told what is lost or changed; nobody, unless set. */
        public Builder diagnostics(DiagnosticListener value) {
            listener = value;
            return this;
        }

        /**
         * What seals the state of providers that clients carry from one turn to the next. All instances with the same
         * secret open each other's; null, the default, makes a secret that only this translator knows.
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

        /**
         * Whether a request that cannot be translated without loss is refused. By default it is not, and the losses are
         * reported by {@link Translation#diagnostics}.
         */
        public Builder strict(boolean value) {
            strict = value;
            return this;
        }

        /**
         * Texts that a provider may repeat in an error but that no client may see, the key above all. What merely looks
         * like a key is masked without being named here. Empty texts are passed over.
         */
        public Builder secrets(Set<String> values) {
            Set<String> all =
                    values.stream().filter(secret -> !secret.isBlank()).collect(Collectors.toUnmodifiableSet());
            return secrets(() -> all);
        }

        /** The same for texts that change: those of the moment are masked. Asked for each error, by any thread. */
        public Builder secrets(Supplier<Set<String>> values) {
            secrets = values;
            return this;
        }

        /**
         * The translator.
         *
         * @throws IllegalArgumentException if a secret for the state of providers is empty
         */
        public ClaudeOpenAiTranslator build() {
            return new ClaudeOpenAiTranslator(this);
        }
    }
}
