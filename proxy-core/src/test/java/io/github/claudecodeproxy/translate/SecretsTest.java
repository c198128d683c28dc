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
        assertThat(message("bad token correct.horse!battery here", Set.of("correct.horse!battery")))
                .isEqualTo("upstream authentication failed: bad token [masked] here");
    }

    @Test
    void aConfiguredHeadersKeyIsMaskedWithoutItsScheme() {
        assertThat(message("bad: horse!battery; Bearer horse!battery", Set.of("Bearer horse!battery")))
                .isEqualTo("upstream authentication failed: bad: [masked]; [masked]");
    }

    @Test
    void theLongerSecretIsMaskedFirst() {
        assertThat(message("horse!battery.staple", Set.of("horse!battery", "horse!battery.staple")))
                .isEqualTo("upstream authentication failed: [masked]");
    }

    @Test
    void anEmptySecretIsNone() {
        assertThat(message("no such key", Set.of("", " "))).isEqualTo("upstream authentication failed: no such key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-proj-abcdef1234567890",
                "sk-ant-api03-xyzxyzxyz",
                "sk-abcdefghijklmnopqrstuvwxyz",
                "gsk_abcdefghijk12345678",
                "xai-abcdefghijk12345678",
                "csk-abcdefghijk12345678",
                "nvapi-abcdefghijk_12345678",
                "pplx-abcdefghijk12345678",
                "ghp_abcdefghijk12345678",
                "fw_abcdefghijk12345678",
                "hf_abcdefghijklmnopqrstuvwxyzABCD",
                "AKIAIOSFODNN7EXAMPLE",
                "AIzaSyA1234567890abcdef",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def_ghi",
                "API key: 0123456789abcdef0123456789abcdef",
                "api_key=0123456789abcdef.0123456789abcdef",
                "x-api-key: 0123456789abcdef0123456789abcdef",
                "API key 'abcdefgh-0123-4567'",
                "Bearer abcdefgh12345678",
                "bearer abcdefghijklmnopqrstuvwxyz",
                "Basic dXNlcjpwYXNzd29yZA==",
                "Incorrect key provided: 0123456789abcdef0123456789abcdef",
            })
    void whatLooksLikeAKeyIsMasked(String key) {
        String secret = key.replaceAll(".*[:=] ?(?=\\w)|.* ", "").replace("'", "");
        assertThat(message("Refused: " + key + ".", Set.of("unrelated-key")))
                .contains("[masked]")
                .doesNotContain(secret.substring(secret.length() - 6));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tool 'key-vault-get-secret' has no schema",
                "bearer authentication is required",
                "Basic authentication is required",
                "Incorrect API key provided: sk-ab***yz.",
                "Incorrect API key provided: sk-proj-a1b2c3d4e5f6****************************wxyz.",
                "unknown key 'tools.0.function.parameters'",
                "the model gpt-4o-2024-08-06 does not take the token <|endoftext|>",
                "risk-assessment-2024-tool and task-manager-2025-list are unknown",
                "request 0123456789abcdef0123456789abcdef failed",
                "Max token: 128000",
            })
    void whatIsNoKeyIsKept(String words) {
        assertThat(message(words, Set.of())).isEqualTo("upstream authentication failed: " + words);
    }

    private static String message(String words, Set<String> secrets) {
        ClaudeOpenAiTranslator translator =
                ClaudeOpenAiTranslator.builder().secrets(secrets).build();
        Translation trip = translator.translate(translator.parse(REQUEST.getBytes(StandardCharsets.UTF_8)));
        byte[] body = ("{\"error\":{\"message\":\"" + words + "\"}}").getBytes(StandardCharsets.UTF_8);
        return trip.error(401, Map.of(), body).message();
    }
}
