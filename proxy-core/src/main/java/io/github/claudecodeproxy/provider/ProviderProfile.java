package io.github.claudecodeproxy.provider;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.OptBoolean;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one provider's Chat Completions differ from the others', as data; {@code providers.json} holds the values with
 * their sources, and a file of the user's may add to them. The engine reads these fields and never asks which provider
 * it is. This is the one place that says what each field does. Immutable, except that the {@link JsonNode}s inside must
 * not be changed by anybody.
 *
 * @param name how {@code PROVIDER} names it
 * @param hosts which base URLs belong to it: a host, {@code .suffix} of hosts, {@code :port} on this machine or in a
 *     private network, {@code host:port}, or {@code host/path}
 * @param local whether it runs on the user's own machine or network as a rule
 * @param auth how the key travels
 * @param deploymentRoutes whether it is the one with Azure's classic routes, to which an API version belongs
 * @param silenceSeconds how long the upstream may be silent before the call is given up
 * @param api which of OpenAI's two APIs serves a call
 * @param responses how its Responses API differs from its Chat Completions, besides what is so for all providers
 * @param body fields that every request carries; merged into the body
 * @param bodyWithStreamedTools fields of a request that streams and offers tools
 * @param parameters which parameters of a call it takes
 * @param conversation what messages may look like
 * @param tools what tools and calls may look like
 * @param reasoning how reasoning is asked for, and what becomes of it
 * @param answers what is peculiar about its answers
 * @param counting how the server counts the tokens of a prompt; null when it does not
 * @param window how the server tells how long a prompt of it may be; null when it does not, or is not asked
 * @param shutdowns when the provider stops serving which models
 * @param models what differs for some of its models; see {@link #forModel}
 * @param catalog what is known of models, here and elsewhere; see {@link #model}
 */
public record ProviderProfile(
        String name,
        List<String> hosts,
        boolean local,
        Auth auth,
        boolean deploymentRoutes,
        int silenceSeconds,
        Api api,
        Responses responses,
        JsonNode body,
        JsonNode bodyWithStreamedTools,
        Parameters parameters,
        Conversation conversation,
        Tools tools,
        Reasoning reasoning,
        Answers answers,
        @Nullable Counting counting,
        @Nullable Window window,
        List<Shutdown> shutdowns,
        List<Variant> models,

        @JacksonInject(useInput = OptBoolean.FALSE) ModelCatalog catalog) {

    public ProviderProfile {
        hosts = List.copyOf(hosts);
        models = List.copyOf(models);
        shutdowns = List.copyOf(shutdowns);
    }

    /** The profile as it holds for one model, by the provider's name of it. */
    public ProviderProfile forModel(String model) {
        for (Variant variant : models) {
            if (variant.match().matches(model)) {
                return variant.profile();
            }
        }
        return this;
    }

    /**
     * What is known of a model of this provider, by the provider's name of it. The window of a model on a server of the
     * user's own is what that server was given, so it is known only where the data name the provider.
     */
    public ModelData model(String model) {
        ModelData data = catalog.of(name, model);
        return local && data.provider() == null ? data.withoutWindow() : data;
    }

    /**
     * The profile as it holds for one model of which something was found out; it is for no other model.
     *
     * @param model the provider's name of the model
     * @param profile what differs, as an entry of {@link #models} says it in the file; a list whose name ends in {@code
     *     refused} adds to the one that is here
     * @param data what differs in what is known of the model, as an entry of {@code models.json} says it
     * @throws IllegalArgumentException when a field is unknown or has the wrong type, with its path
     */
    public ProviderProfile differing(String model, JsonNode profile, JsonNode data) {
        return DataFile.differing(forModel(model), model, profile, data);
    }

    /** The same profile with another API, for all its models. */
    public ProviderProfile withApi(Api value) {
        List<Variant> others = models.stream()
                .map(variant -> new Variant(variant.match(), variant.profile().withApi(value)))
                .toList();
        return new ProviderProfile(
                name,
                hosts,
                local,
                auth,
                deploymentRoutes,
                silenceSeconds,
                value,
                responses,
                body,
                bodyWithStreamedTools,
                parameters,
                conversation,
                tools,
                reasoning,
                answers,
                counting,
                window,
                shutdowns,
                others,
                catalog);
    }

    /**
     * The profile as it holds for a call of the Responses API: what that API has for all, {@link #responses}, and the
     * rest as here.
     */
    public ProviderProfile onResponses() {
        return new ProviderProfile(
                name,
                hosts,
                local,
                auth,
                deploymentRoutes,
                silenceSeconds,
                Api.RESPONSES,
                responses,
                JsonNodeFactory.instance.objectNode(),
                JsonNodeFactory.instance.objectNode(),
                parameters.onResponses(),
                conversation.onResponses(responses),
                tools.onResponses(),
                reasoning.onResponses(),
                new Answers(OutputTokens.COMPLETION, false),
                counting,
                window,
                shutdowns,
                List.of(),
                catalog);
    }

    /** The day on which the provider stops serving a model; null when none is announced. */
    public @Nullable LocalDate shutdown(String model) {
        for (Shutdown shutdown : shutdowns) {
            if (shutdown.match().matches(model)) {
                return LocalDate.parse(shutdown.day());
            }
        }
        return null;
    }

    /** How long the upstream may be silent before the call is given up. */
    public Duration silence() {
        return Duration.ofSeconds(silenceSeconds);
    }

    /** Which of OpenAI's two APIs serves a call. */
    public enum Api {
        /** Chat Completions. */
        CHAT,
        /** The Responses API. */
        RESPONSES,
        /**
         * In a profile: what is known of the model decides, and what the server says of it. In what is known of a model:
         * Chat Completions, but the Responses API where tools are offered and reasoning is asked for.
         */
        AUTO
    }

    /**
     * How the provider's Responses API differs from its Chat Completions, besides what is so for all providers.
     *
     * @param files how a PDF is sent
     * @param fileUrls whether the host fetches documents by URL
     * @param encryptedReasoning whether reasoning may be asked for in encrypted form, so that it can be given back
     * @param phases whether an earlier message of the model may say what the host said of it
     * @param webSearch whether the host searches the web for its models
     * @param search what its search takes
     */
    public record Responses(
            Files files,
            boolean fileUrls,
            boolean encryptedReasoning,
            boolean phases,
            boolean webSearch,
            Search search) {}

    /**
     * What a host's search of the web takes.
     *
     * @param sources whether the pages that were found have to be asked for
     * @param blocked how the domains are spelled that are not to be searched; null when none may be named
     * @param most how many domains may be named
     * @param location whether it may be told where the user is
     */
    public record Search(boolean sources, @Nullable String blocked, int most, boolean location) {}

    /** How the key travels. */
    public enum Auth {
        /** {@code Authorization: Bearer KEY}. */
        BEARER,
        /** {@code api-key: KEY}, as Azure has it. */
        API_KEY
    }

    /**
     * What differs for some models. The file writes only the differing fields, beside {@code match}.
     *
     * @param match which models
     * @param profile the whole profile for them
     */
    public record Variant(ModelPattern match, ProviderProfile profile) {}

    /**
     * The end of some models.
     *
     * @param match which models
     * @param day as {@code 2027-01-14}
     */
    public record Shutdown(ModelPattern match, String day) {}

    /**
     * Which parameters of a call the provider takes.
     *
     * @param maxTokensField how the cap on the answer is spelled; null leaves it to the model's data
     * @param streamUsage whether {@code stream_options.include_usage} may be sent
     * @param maxStopSequences how many stop sequences may be sent
     * @param sampling whether {@code temperature} and {@code top_p} may be sent
     * @param topK whether {@code top_k} may be sent
     * @param structuredOutput how the form of an answer is asked for
     * @param strictSchemas whether {@code strict: true} may be sent with a schema that qualifies
     * @param userField the field that takes a hashed user id; null when none may be sent
     * @param promptCacheKey whether {@code prompt_cache_key} may be sent
     * @param serviceTier whether {@code service_tier} may be sent
     * @param fastServiceTier the {@code service_tier} that {@code speed: fast} asks for; null asks for none
     * @param cacheControl what becomes of prompt cache breakpoints
     * @param refused fields of the body that may not be sent, whatever the other fields here say
     */
    public record Parameters(
            @Nullable String maxTokensField,
            boolean streamUsage,
            int maxStopSequences,
            boolean sampling,
            boolean topK,
            StructuredOutput structuredOutput,
            boolean strictSchemas,
            @Nullable String userField,
            boolean promptCacheKey,
            boolean serviceTier,
            @Nullable String fastServiceTier,
            CacheControl cacheControl,
            List<String> refused) {

        public Parameters {
            refused = List.copyOf(refused);
        }

        /** There are no stop sequences, no options of streams, and no breakpoints but OpenAI's own. */
        Parameters onResponses() {
            return new Parameters(
                    maxTokensField,
                    false,
                    0,
                    sampling,
                    false,
                    structuredOutput,
                    strictSchemas,
                    userField,
                    promptCacheKey,
                    serviceTier,
                    fastServiceTier,
                    cacheControl == CacheControl.PASS ? CacheControl.DROP : cacheControl,
                    refused);
        }
    }

    /** How the form of an answer is asked for. */
    public enum StructuredOutput {
        /** {@code response_format: {type: json_schema}}. */
        JSON_SCHEMA,
        /** {@code response_format: {type: json_object}}, and the schema in words. */
        JSON_OBJECT,
        /** In words only. */
        WORDS
    }

    /** What becomes of prompt cache breakpoints. */
    public enum CacheControl {
        /** They are left out; the provider caches by itself or not at all. */
        DROP,
        /** The part keeps its {@code cache_control}. */
        PASS,
        /** They become {@code prompt_cache_breakpoint}, for models that are known to take it. */
        BREAKPOINT
    }

    /**
     * What messages may look like.
     *
     * @param systemAnywhere whether a system message may stand anywhere, or only first
     * @param systemRole {@code system}, or null to leave it to the model's data
     * @param prefill what becomes of an assistant message at the end, which the model is to go on with
     * @param prefillEchoed whether the answer repeats that message
     * @param imageUrls whether the host fetches images by URL
     * @param files how a PDF is sent
     * @param fileUrls whether the host fetches documents by URL
     * @param emptyToolResult the text in place of an empty tool result
     * @param emptyAssistantContent whether an assistant message of calls only has {@code ""} as its content, not null
     * @param betweenToolAndUser the text of an assistant message that must stand between a tool message and a user
     *     message; null when none must
     * @param toolResultParts whether the result of a tool may hold images and files, which else follow behind it
     */
    public record Conversation(
            boolean systemAnywhere,
            @Nullable String systemRole,
            Prefill prefill,
            boolean prefillEchoed,
            boolean imageUrls,
            Files files,
            boolean fileUrls,
            String emptyToolResult,
            boolean emptyAssistantContent,
            @Nullable String betweenToolAndUser,
            boolean toolResultParts) {

        Conversation onResponses(Responses differing) {
            return new Conversation(
                    true,
                    systemRole,
                    Prefill.REFUSE,
                    false,
                    imageUrls,
                    differing.files(),
                    differing.fileUrls(),
                    emptyToolResult,
                    false,
                    null,
                    true);
        }
    }

    /** What becomes of an assistant message at the end, which the model is to go on with. */
    public enum Prefill {
        /** It is sent as it is; the host goes on with it. */
        PASS,
        /** It is sent with {@code prefix: true}. */
        PREFIX,
        /** It is sent with {@code partial: true}. */
        PARTIAL,
        /** The request says {@code continue_final_message}. */
        CONTINUE,
        /** The request is refused, because the host would answer anew. */
        REFUSE
    }

    /** How a PDF is sent. */
    public enum Files {
        /** Not at all. */
        NONE,
        /** As a part {@code file} with a name and a {@code data:} URL. */
        FILE,
        /** As a part {@code document_url} with a URL, which may be a {@code data:} URL. */
        DOCUMENT_URL
    }

    /**
     * What tools and calls may look like.
     *
     * @param choice which forms of {@code tool_choice} are understood: {@code auto}, {@code none}, {@code required},
     *     {@code named}, or {@code alone}, which names a tool by offering no other and requiring a call
     * @param choiceWhileReasoning the same for requests that do not switch reasoning off; null when it is the same
     * @param required how {@code required} is spelled
     * @param parallel whether {@code parallel_tool_calls} may be sent
     * @param max most tools of a request; null for any number
     * @param maxId how long the id of a call may be; null for any length
     * @param exactId how many letters and digits the id of a call must have; null for any id
     * @param schemaKeywordsRefused keywords that must be removed from schemas, at any depth
     * @param schemaSingleType whether {@code type} must be one name, with {@code nullable} beside it
     * @param textCalls how models may write calls into their text that the server in front of them does not take out; a
     *     whole one, outside of code, of a tool on offer becomes a call
     */
    public record Tools(
            List<String> choice,
            @Nullable List<String> choiceWhileReasoning,
            String required,
            boolean parallel,
            @Nullable Integer max,
            @Nullable Integer maxId,
            @Nullable Integer exactId,
            List<String> schemaKeywordsRefused,
            boolean schemaSingleType,
            List<CallNotation> textCalls) {

        /** On the Responses API. */
        private static final int LONGEST_CALL_ID = 64;

        public Tools {
            choice = List.copyOf(choice);
            choiceWhileReasoning = choiceWhileReasoning == null ? null : List.copyOf(choiceWhileReasoning);
            schemaKeywordsRefused = List.copyOf(schemaKeywordsRefused);
            textCalls = List.copyOf(textCalls);
        }

        /** All choices are understood, and ids may be longer. */
        Tools onResponses() {
            return new Tools(
                    List.of("auto", "none", "required", "named"),
                    null,
                    "required",
                    true,
                    max,
                    maxId == null ? null : LONGEST_CALL_ID,
                    exactId,
                    schemaKeywordsRefused,
                    schemaSingleType,
                    textCalls);
        }
    }

    /** A way in which models write calls. */
    public enum CallNotation {
        /** {@code <tool_call>{"name": "Read", "arguments": {…}}</tool_call>}, once for each call; Hermes and Qwen. */
        HERMES,
        /**
         * {@code <tool_call><function=Read><parameter=file_path>…</parameter></function></tool_call>}, the values without
         * quotes; Qwen3-Coder.
         */
        QWEN_CODER,
        /**
         * A section of calls between {@code <|tool_calls_section_begin|>} and {@code <|tool_calls_section_end|>}, with ids
         * such as {@code functions.Read:0}; Kimi K2.
         */
        KIMI,
        /**
         * The whole answer is {@code {"name": "Read", "parameters": {…}}}, perhaps behind {@code <|python_tag|>}; Llama, and
         * with {@code arguments} small models of many kinds.
         */
        LLAMA
    }

    /**
     * How reasoning is asked for, and what becomes of it.
     *
     * @param on merged into the body of a request that asks for reasoning; null when there is nothing to say
     * @param off merged into the body of a request that switches reasoning off; null when the lowest effort says it
     * @param streamOnly whether reasoning is possible in streams only, so that other requests must switch it off
     * @param effortField where the effort goes, a path with dots; null when it cannot be said
     * @param budgetField where a budget of tokens goes, a path with dots; null when it cannot be said
     * @param budgetBeside merged into the body where a budget is sent; null for nothing
     * @param efforts the efforts that a model takes of which nothing is known, lowest first
     * @param openingTag what begins reasoning inside the text
     * @param closingTag what ends reasoning inside the text
     * @param history the form in which an assistant message carries reasoning back
     * @param required which assistant messages must carry it
     * @param placeholder what they carry where the reasoning is not known any more
     * @param missingToolState merged into the first call of a turn whose state is not known any more; null for nothing
     */
    public record Reasoning(
            @Nullable JsonNode on,
            @Nullable JsonNode off,
            boolean streamOnly,
            @Nullable String effortField,
            @Nullable String budgetField,
            @Nullable JsonNode budgetBeside,
            List<String> efforts,
            String openingTag,
            String closingTag,
            History history,
            Required required,
            String placeholder,
            @Nullable JsonNode missingToolState) {

        public Reasoning {
            on = orAbsent(on);
            off = orAbsent(off);
            budgetBeside = orAbsent(budgetBeside);
            missingToolState = orAbsent(missingToolState);
            efforts = List.copyOf(efforts);
        }

        /** One field says it all, and earlier reasoning goes back as it came. */
        Reasoning onResponses() {
            return new Reasoning(
                    null,
                    null,
                    false,
                    "reasoning_effort",
                    null,
                    null,
                    efforts,
                    openingTag,
                    closingTag,
                    History.ENCRYPTED,
                    Required.NEVER,
                    "",
                    null);
        }

        private static @Nullable JsonNode orAbsent(@Nullable JsonNode node) {
            return node == null || node.isNull() ? null : node;
        }
    }

    /** The form in which an assistant message carries reasoning back. */
    public enum History {
        /** None may be sent. */
        NONE,
        /** The field {@code reasoning_content}. */
        REASONING_CONTENT,
        /** The field {@code reasoning}. */
        REASONING,
        /** The field {@code reasoning_details} where the provider gave it, else {@code reasoning}. */
        REASONING_DETAILS,
        /** Inside the text, between the tags. */
        TAGS,
        /** Items of the Responses API, each as the provider has encrypted it. */
        ENCRYPTED
    }

    /** Which assistant messages must carry reasoning. */
    public enum Required {
        /** None must. */
        NEVER,
        /** Those with calls. */
        TOOL_CALLS,
        /** All. */
        ALWAYS
    }

    /**
     * What is peculiar about the provider's answers.
     *
     * @param outputTokens how the tokens of an answer are counted
     * @param endWithoutReason whether a stream that just ends, without a finish reason, is complete
     */
    public record Answers(OutputTokens outputTokens, boolean endWithoutReason) {}

    /** How a server that people start themselves tells the window that it was started with. */
    public enum Window {
        /**
         * Ollama: {@code GET /api/ps} says it of the models that are loaded; {@code POST /api/generate} without a prompt
         * loads one. A longer prompt is cut without a word.
         */
        PS,
        /** llama.cpp: {@code GET /props}. */
        PROPS,
        /** vLLM and others: the list of models. */
        MODELS;

        /** Whether a prompt that is too long is cut, so that nobody else will ever tell. */
        public boolean cutsPrompts() {
            return this == PS;
        }
    }

    /** How a server counts the tokens of a prompt, at paths beside {@code /v1}. */
    public enum Counting {
        /** {@code /tokenize} takes messages and tools and answers with {@code count}, as vLLM does. */
        TOKENIZE,
        /**
         * {@code /apply-template} makes text of messages and tools, and {@code /tokenize} answers with its {@code tokens}, as
         * llama.cpp does.
         */
        TEMPLATE
    }

    /** How the tokens of an answer are counted. */
    public enum OutputTokens {
        /** All are {@code completion_tokens}. */
        COMPLETION,
        /** {@code reasoning_tokens} stand beside {@code completion_tokens}. */
        WITH_REASONING,
        /** Those of reasoning are only in {@code total_tokens}. */
        REST_OF_TOTAL
    }
}
