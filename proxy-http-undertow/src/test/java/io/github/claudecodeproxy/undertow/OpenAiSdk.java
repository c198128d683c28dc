package io.github.claudecodeproxy.undertow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.core.ObjectMappers;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
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
}
