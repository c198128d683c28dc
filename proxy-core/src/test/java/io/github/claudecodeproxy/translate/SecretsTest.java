package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider may repeat a key in an error; no client sees it. */
class SecretsTest {

    private static final String REQUEST =
            "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @Test
    void theConfiguredKeyIsMaskedWhateverItLooksLike() {
        assertThat(message("bad token correct.horse!battery here", "correct.horse!battery"))
                .isEqualTo("upstream authentication failed: bad token [masked] here");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-proj-abcdef1234567890",
                "sk-ant-api03-xyzxyzxyz",
                "gsk_abcdefghijk",
                "xai-abcdefghijk",
                "AIzaSyA1234567890abcdef",
                "Bearer abcdefgh12345678",
            })
    void whatLooksLikeAKeyIsMasked(String key) {
        assertThat(message("Incorrect key provided: " + key + ".", "unrelated-key"))
                .doesNotContain(key.substring(8));
    }

    private static String message(String words, String secret) {
        ClaudeOpenAiTranslator translator =
                ClaudeOpenAiTranslator.builder().secrets(Set.of(secret)).build();
        Translation trip = translator.translate(translator.parse(REQUEST.getBytes(StandardCharsets.UTF_8)));
        byte[] body = ("{\"error\":{\"message\":\"" + words + "\"}}").getBytes(StandardCharsets.UTF_8);
        return trip.error(401, Map.of(), body).message();
    }
}
