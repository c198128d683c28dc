package io.github.claudecodeproxy.undertow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.core.ObjectMappers;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * OpenAI's own client library as a reader of requests. Its validation covers every field that it knows at any depth: that
 * required ones are there, types fit, enums are known and each union is one of its variants. What it does not know it
 * keeps; on OpenAI's own servers there must be nothing of that kind.
 */
final class OpenAiSdk {

    private static final ObjectMapper SDK = ObjectMappers.jsonMapper();

    /** Providers whose API is OpenAI's own. */
    private static final Set<String> ORIGINAL = Set.of("openai", "azure", "github");

    /** Providers with values of their own in OpenAI's fields: {@code tool_choice: any}, {@code reasoning_effort: default}. */
    private static final Set<String> DEVIATING = Set.of("mistral", "groq");

    private OpenAiSdk() {}

    static void reads(byte[] body, String provider) {
        try {
            if (SDK.readTree(body).has("input")) {
                readsResponse(body);
                return;
            }
            ChatCompletionCreateParams.Body request = SDK.readValue(body, ChatCompletionCreateParams.Body.class);
            assertThat(request.messages()).isNotEmpty();
            assertThat(request.model().asString()).isNotEmpty();
            if (!DEVIATING.contains(provider)) {
                // it knows OpenAI's models only, and those of its own day
                request.toBuilder().model("gpt-5.1").build().validate();
            }
            if (ORIGINAL.contains(provider)) {
                ChatCompletionCreateParams params =
                        ChatCompletionCreateParams.builder().body(request).build();
                // the library has no field for it, because it writes it itself
                assertThat(params._additionalBodyProperties().keySet()).isSubsetOf("stream");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request to the Responses API, which nobody but OpenAI defines. */
    private static void readsResponse(byte[] body) throws IOException {
        JsonNode json = SDK.readTree(body);
        for (JsonNode item : json.path("input")) {
            if (item.path("type").asText().equals("reasoning")) {
                // What is not stored has no id to be found by; the library wants one.
                ((ObjectNode) item).put("id", "rs_1");
            }
        }
        ResponseCreateParams.Body request = SDK.convertValue(json, ResponseCreateParams.Body.class);
        assertThat(request.input()).isPresent();
        request.toBuilder().model("gpt-5.1").build().validate();
        ResponseCreateParams params =
                ResponseCreateParams.builder().body(request).build();
        assertThat(params._additionalBodyProperties().keySet()).isSubsetOf("stream");
    }
}
