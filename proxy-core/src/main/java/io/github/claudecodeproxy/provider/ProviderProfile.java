package io.github.claudecodeproxy.provider;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one provider's Chat Completions differ from the others', as data; {@code providers.json} holds the values with
 * their sources. The engine reads these fields and never asks which provider it is. Immutable.
 *
 * @param name how {@code PROVIDER} names it
 * @param hosts which base URLs belong to it: a host, {@code .suffix} of hosts, {@code :port} on this machine or in a private network, or
 *     {@code host/path}
 * @param local whether it runs on the user's own machine or network as a rule
 * @param auth how the key travels
 * @param maxTokensField how the cap on the answer is spelled; null leaves it to the model's data
 * @param streamUsage whether {@code stream_options.include_usage} may be sent
 * @param systemAnywhere whether a system message may stand anywhere, or only first
 * @param systemRole {@code system}, or null to leave it to the model's data
 * @param toolChoice which forms of {@code tool_choice} are understood: {@code auto}, {@code none}, {@code required},
 *     {@code named}
 * @param parallelToolCalls whether {@code parallel_tool_calls} may be sent
 * @param maxStopSequences how many stop sequences may be sent
 * @param topK whether {@code top_k} may be sent
 * @param imageUrls whether the host fetches images by URL
 * @param files whether {@code file} parts may be sent
 * @param jsonSchema whether {@code response_format} may be a {@code json_schema}
 * @param schemaKeywordsRefused keywords that must be removed from tool schemas
 * @param maxToolCallId how long the id of a tool call may be; null for any length
 * @param reasoningControl how the effort is asked for
 * @param efforts the efforts that a model takes of which nothing is known, lowest first
 * @param reasoningInHistory the field of an assistant message that carries reasoning back; null when none may be sent
 * @param reasoningRequired whether that field must be present on every assistant message
 * @param userField the field that takes a hashed user id; null when none may be sent
 * @param promptCacheKey whether {@code prompt_cache_key} may be sent
 * @param silenceSeconds how long the upstream may be silent before the call is given up
 * @param reasoningTokensBesideOutput whether reasoning tokens are counted beside {@code completion_tokens}, not inside
 */
public record ProviderProfile(
        String name,
        List<String> hosts,
        boolean local,
        Auth auth,
        @JsonProperty("max_tokens_field") @Nullable String maxTokensField,
        @JsonProperty("stream_usage") boolean streamUsage,
        @JsonProperty("system_anywhere") boolean systemAnywhere,
        @JsonProperty("system_role") @Nullable String systemRole,
        @JsonProperty("tool_choice") List<String> toolChoice,
        @JsonProperty("parallel_tool_calls") boolean parallelToolCalls,
        @JsonProperty("max_stop_sequences") int maxStopSequences,
        @JsonProperty("top_k") boolean topK,
        @JsonProperty("image_urls") boolean imageUrls,
        boolean files,
        @JsonProperty("json_schema") boolean jsonSchema,
        @JsonProperty("schema_keywords_refused") List<String> schemaKeywordsRefused,
        @JsonProperty("max_tool_call_id") @Nullable Integer maxToolCallId,
        @JsonProperty("reasoning_control") ReasoningControl reasoningControl,
        List<String> efforts,
        @JsonProperty("reasoning_in_history") @Nullable String reasoningInHistory,
        @JsonProperty("reasoning_required") boolean reasoningRequired,
        @JsonProperty("user_field") @Nullable String userField,
        @JsonProperty("prompt_cache_key") boolean promptCacheKey,
        @JsonProperty("silence_seconds") int silenceSeconds,
        @JsonProperty("reasoning_tokens_beside_output") boolean reasoningTokensBesideOutput) {

    public ProviderProfile {
        hosts = List.copyOf(hosts);
        toolChoice = List.copyOf(toolChoice);
        efforts = List.copyOf(efforts);
        schemaKeywordsRefused = List.copyOf(schemaKeywordsRefused);
    }

    /** How long the upstream may be silent before the call is given up. */
    public Duration silence() {
        return Duration.ofSeconds(silenceSeconds);
    }

    /** How the key travels. */
    public enum Auth {
        /** {@code Authorization: Bearer KEY}. */
        @JsonProperty("bearer")
        BEARER,
        /** {@code api-key: KEY}, as Azure wants it. */
        @JsonProperty("api_key")
        API_KEY
    }

    /** How the effort is asked for. */
    public enum ReasoningControl {
        /** It cannot be. */
        @JsonProperty("none")
        NONE,
        /** {@code reasoning_effort: LEVEL}. */
        @JsonProperty("reasoning_effort")
        REASONING_EFFORT,
        /** {@code thinking: {type: enabled|disabled}} with {@code reasoning_effort}. */
        @JsonProperty("thinking_type")
        THINKING_TYPE,
        /** {@code reasoning: {effort}}, {@code {max_tokens}} or {@code {enabled: false}}. */
        @JsonProperty("reasoning_object")
        REASONING_OBJECT,
        /** {@code chat_template_kwargs: {enable_thinking}}. */
        @JsonProperty("template_kwargs")
        TEMPLATE_KWARGS
    }
}
