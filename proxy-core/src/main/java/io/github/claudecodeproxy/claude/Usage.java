package io.github.claudecodeproxy.claude;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of one answer. Absent values are written as explicit nulls, because typed SDKs require every key. Immutable.
 *
 * @param inputTokens tokens of the prompt that were neither read from nor written to a cache
 * @param cacheCreationInputTokens tokens of the prompt that were written to a cache
 * @param cacheReadInputTokens tokens of the prompt that were read from a cache
 * @param cacheCreation the written tokens by lifetime
 * @param outputTokens tokens of the answer, thinking included
 * @param outputTokensDetails the thinking part of the answer
 * @param serverToolUse how often server tools ran
 * @param serviceTier {@code standard}, {@code priority} or {@code batch}
 * @param inferenceGeo where the answer was computed
 */
public record Usage(
        @JsonProperty("input_tokens") long inputTokens,
        @JsonProperty("cache_creation_input_tokens") long cacheCreationInputTokens,
        @JsonProperty("cache_read_input_tokens") long cacheReadInputTokens,
        @JsonProperty("cache_creation") @Nullable JsonNode cacheCreation,
        @JsonProperty("output_tokens") long outputTokens,
        @JsonProperty("output_tokens_details") @Nullable OutputTokensDetails outputTokensDetails,
        @JsonProperty("server_tool_use") @Nullable JsonNode serverToolUse,
        @JsonProperty("service_tier") @Nullable String serviceTier,
        @JsonProperty("inference_geo") @Nullable String inferenceGeo) {

    /** Usage of a plain call: the four counters, everything else null. */
    public static Usage of(long input, long cacheCreation, long cacheRead, long output) {
        return new Usage(input, cacheCreation, cacheRead, null, output, null, null, null, null);
    }

    /** The same usage with the number of thinking tokens inside the output. */
    public Usage withThinkingTokens(long thinkingTokens) {
        return new Usage(
                inputTokens,
                cacheCreationInputTokens,
                cacheReadInputTokens,
                cacheCreation,
                outputTokens,
                new OutputTokensDetails(thinkingTokens),
                serverToolUse,
                serviceTier,
                inferenceGeo);
    }

    /** The same usage with the number of searches of the web. */
    public Usage withWebSearches(int searches) {
        ObjectNode requests = JsonNodeFactory.instance.objectNode();
        requests.put("web_search_requests", searches).put("web_fetch_requests", 0);
        return new Usage(
                inputTokens,
                cacheCreationInputTokens,
                cacheReadInputTokens,
                cacheCreation,
                outputTokens,
                outputTokensDetails,
                requests,
                serviceTier,
                inferenceGeo);
    }

    /** The same usage with the service tier that served the call. */
    public Usage withServiceTier(@Nullable String tier) {
        return new Usage(
                inputTokens,
                cacheCreationInputTokens,
                cacheReadInputTokens,
                cacheCreation,
                outputTokens,
                outputTokensDetails,
                serverToolUse,
                tier,
                inferenceGeo);
    }

    /**
     * Parts of the output.
     *
     * @param thinkingTokens tokens that were thought
     */
    public record OutputTokensDetails(
            @JsonProperty("thinking_tokens") long thinkingTokens) {}
}
