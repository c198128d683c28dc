package io.github.claudecodeproxy.provider;

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
        @Nullable String maxTokensField,
        boolean streamUsage,
        boolean systemAnywhere,
        @Nullable String systemRole,
        List<String> toolChoice,
        boolean parallelToolCalls,
        int maxStopSequences,
        boolean topK,
        boolean imageUrls,
        boolean files,
        boolean jsonSchema,
        List<String> schemaKeywordsRefused,
        @Nullable Integer maxToolCallId,
        ReasoningControl reasoningControl,
        List<String> efforts,
        @Nullable String reasoningInHistory,
        boolean reasoningRequired,
        @Nullable String userField,
        boolean promptCacheKey,
        int silenceSeconds,
        boolean reasoningTokensBesideOutput) {

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
        BEARER,
        /** {@code api-key: KEY}, as Azure wants it. */
        API_KEY
    }

    /** How the effort is asked for. */
    public enum ReasoningControl {
        /** It cannot be. */
        NONE,
        /** {@code reasoning_effort: LEVEL}. */
        REASONING_EFFORT,
        /** {@code thinking: {type: enabled|disabled}} with {@code reasoning_effort}. */
        THINKING_TYPE,
        /** {@code reasoning: {effort}}, {@code {max_tokens}} or {@code {enabled: false}}. */
        REASONING_OBJECT,
        /** {@code chat_template_kwargs: {enable_thinking}}. */
        TEMPLATE_KWARGS
    }
}
