package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers say about a prompt that is too long, and what Claude Code gets to read. */
class ContextLengthTest {

    private static final UpstreamWords WORDS = new UpstreamWords(new Secrets(Set.of()));
    private static final int ESTIMATE = 1000;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            'max_tokens' or 'max_completion_tokens' is too large: 32000. This model's maximum context length is 40960 tokens and your request has 12000 input tokens (32000 > 40960 - 12000). | 12000 + 32000 > 40960
            This model's maximum context length is 128000 tokens. However, you requested 135000 tokens (120000 in the messages, 5000 in the functions, and 10000 in the completion). | 125000 + 10000 > 128000
            This model's maximum context length is 65536 tokens. However, you requested 76384 tokens (68192 in the messages, 8192 in the completion). | 68192 > 65536
            This model's maximum context length is 4,096 tokens. However, you requested 5,000 tokens (3,000 in the messages, 2,000 in the completion). | 3000 + 2000 > 4096
            This endpoint's maximum context length is 262000 tokens. However, you requested about 263390 tokens (658 of text input, 732 of tool input, 262000 in the output). Please reduce the length. | 1390 + 262000 > 262000
            This endpoint's maximum context length is 262144 tokens. However, you requested about 300000 tokens (300000 of text input). | 300000 > 262144
            This model's maximum context length is 128000 tokens. However, your messages resulted in 130512 tokens (120000 in the messages, 10512 in the functions). | 130512 > 128000
            Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000 tokens. | 300000 > 272000
            This model's maximum context length is 40960 tokens. However, your request has 50000 input tokens. | 50000 > 40960
            This model's maximum context length is 40960 tokens. However, you requested 32000 output tokens and your prompt contains at least 8961 input tokens, for a total of at least 40961 tokens. | 8961 + 32000 > 40960
            You passed 12000 input tokens and requested 32000 output tokens. However, the model's context length is only 40960 tokens, resulting in a maximum input length of 8960 tokens. | 12000 + 32000 > 40960
            You passed 90000 input characters and requested 40000 output tokens. However, the model's context length is only 40960 tokens. | 1000 + 40000 > 40960
            The decoder prompt (length 50000) is longer than the maximum model length of 40960. Make sure that it is smaller. | 50000 > 40960
            Requested token count exceeds the model's maximum context length of 32768 tokens. You requested a total of 40000 tokens: 8000 tokens from the input messages and 32000 tokens for the completion. | 8000 + 32000 > 32768
            The input (40000 tokens) is longer than the model's context length (32768 tokens). | 40000 > 32768
            This model's maximum prompt length is 131072 but the request contains 537812 tokens. | 537812 > 131072
            The input token count (1200000) exceeds the maximum number of tokens allowed (1048576). | 1200000 > 1048576
            Invalid request: Your request exceeded model token limit: 262144 | 262145 > 262144
            Invalid request: Your request exceeded model token limit: 262144 (requested: 269030) | 269030 > 262144
            Range of input length should be [1, 129024] | 129025 > 129024
            Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 3000 `inputs` tokens and 2000 `max_new_tokens` | 3000 + 2000 > 4096
            inputs tokens + max_new_tokens must be <= 4096. Given: 5000 inputs tokens and 2000 max_new_tokens | 5000 > 4096
            request (10012 tokens) exceeds the available context size (8192 tokens), try increasing it | 10012 > 8192
            The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 5234>= n_ctx: 4096). | 5234 > 4096
            prompt too long; exceeded max context length by 900 tokens | 1899 > 999
            Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length | 40000 > 32768
            Prompt contains 300000 tokens, too large for model with 131072 maximum context length | 300000 > 131072
            Prompt has 300,000 tokens, but the configured context size is 100,000 tokens | 300000 > 100000
            The prompt is too long: 262960, model maximum context length: 262144 | 262960 > 262144
            Input tokens exceed the configured limit of 192000 tokens. | 192001 > 192000
            total message size 2306631 exceeds limit 2097152 | 1000 > 999
            Unable to submit request because the input token count is 32825 but model only supports up to 32768. | 32825 > 32768
            prompt token count of 93854 exceeds the limit of 90000 | 93854 > 90000
            Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192 | 9000 > 8192
            Request body too large for gpt-4o-2024-08-06 model. Max size: 8000 tokens. | 8001 > 8000
            input is too long for gpt-4o-2024-08-06 (qwen3:14b, v2.1024): 9000 tokens, limit 8000 | 9000 > 8000
            input is too long for requested model gpt-4o-2024-08-06 | 1000 > 999
            Error code: 400 - prompt is too long, limit 128,000 | 128001 > 128000
            Prompt exceeds max length | 1000 > 999
            invalid params, context window exceeds limit (2013) | 1000 > 999
            This model's maximum context length is 99999999999999999999 tokens. However, your messages resulted in 99999999999999999999 tokens. | 1000 > 999
            This model's maximum context length is 8192 tokens. However, your messages resulted in 99999999999999999999 tokens. | 8193 > 8192
            prompt is too long: 99999999999999999999 tokens > 88888888888888888888 maximum | 1000 > 999
            This model's maximum context length is 8192 tokens. However, your messages resulted in 8192 tokens. | 8193 > 8192
            """)
    void theNumbersAreReadByWhatTheyMean(String words, String sizes) {
        String expected = sizes.contains("+")
                ? "input length and `max_tokens` exceed context limit: " + sizes
                        + ", decrease input length or `max_tokens` and try again"
                : "prompt is too long: " + sizes.replace(" >", " tokens >") + " maximum";
        assertThat(message(400, words)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 20000, Requested 15000.",
                "Request too large for model on tokens per minute (TPM): Limit 6000, Requested 12000, please reduce your"
                        + " message size; maximum context length is not the matter",
                "Range of max_tokens should be [1, 8192]",
                "max_tokens is too large: 32000. This model supports at most 16384 completion tokens.",
                "You exceeded your current quota",
            })
    void otherLimitsAreNotTheContext(String words) {
        assertThat(message(400, words)).isNull();
    }

    @Test
    void aRateLimitIsNeverTheContext() {
        assertThat(message(429, "This model's maximum context length is 8192 tokens."))
                .isNull();
    }

    @Test
    void theModelsOwnWindowServesWhereNoNumberIsNamed() {
        UpstreamError error = UpstreamError.of(JsonNodeFactory.instance.textNode("Prompt exceeds max length"), WORDS);
        assertThat(new ContextLength(5, 128_000).message(400, error))
                .isEqualTo("prompt is too long: 128001 tokens > 128000 maximum");
    }

    @Test
    void numbersBesideTheWordsNeedNotBeComplete() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode error = body.putObject("error");
        error.put("message", "the request exceeds the available context size, try increasing it");
        error.put("n_ctx", 8192);
        assertThat(new ContextLength(ESTIMATE, null).message(400, UpstreamError.of(body, WORDS)))
                .isEqualTo("prompt is too long: 8193 tokens > 8192 maximum");
    }

    @Test
    void everyWordingHasFewGaps() {
        assertThat(ContextWordings.builtIn().wordings())
                .hasSizeGreaterThan(30)
                .allSatisfy(wording -> assertThat(wording.gaps()).isLessThanOrEqualTo(2));
    }

    private static @Nullable String message(int status, String words) {
        UpstreamError error = UpstreamError.of(JsonNodeFactory.instance.textNode(words), WORDS);
        return new ContextLength(ESTIMATE, null).message(status, error);
    }
}
