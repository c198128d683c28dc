package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.claudecodeproxy.testkit.Case;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateSealTest {

    private final StateSeal seal = StateSeal.of("secret");

    private static StateSeal.State state(String payload) {
        JsonNode json = JsonNodeFactory.instance.objectNode().put("data", payload);
        return new StateSeal.State("openrouter", "gpt-5.1", "reasoning", json);
    }

    @Test
    void whoeverKnowsTheSecretOpensIt() {
        StateSeal.State state = state("Gut. \uD83D\uDE00");
        String sealed = seal.seal(state);
        assertThat(sealed).matches("[A-Za-z0-9_-]+").isEqualTo(seal.seal(state));
        assertThat(StateSeal.of("secret").open(sealed)).isEqualTo(state);
    }

    @Test
    void aSecretCanBeChangedWithoutLosingWhatTheOldOneSealed() {
        String sealed = seal.seal(state("x"));
        StateSeal changed = StateSeal.of("new secret", List.of("secret"));
        assertThat(changed.open(sealed)).isEqualTo(state("x"));
        assertThat(StateSeal.of("new secret").open(changed.seal(state("x")))).isEqualTo(state("x"));
        assertThat(seal.open(changed.seal(state("x")))).isNull();
    }

    @Test
    void anEmptySecretIsNone() {
        assertThatThrownBy(() -> StateSeal.of("")).hasMessageContaining("must not be empty");
        assertThatThrownBy(() -> StateSeal.of("a", List.of(""))).hasMessageContaining("must not be empty");
    }

    @Test
    void nobodyElseDoes() {
        String sealed = seal.seal(state("x"));
        assertThat(StateSeal.of("another secret").open(sealed)).isNull();
        assertThat(StateSeal.of(null).open(sealed)).isNull();
        StateSeal own = StateSeal.of(null);
        assertThat(own.open(own.seal(state("x")))).isEqualTo(state("x"));
    }

    @Test
    void everyChangedBitAndEveryCutIsNoticed() {
        byte[] sealed = Base64.getUrlDecoder().decode(seal.seal(state("some state")));
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(seal.open(text(changed))).isNull();
        }
        for (int length = 0; length < sealed.length; length++) {
            assertThat(seal.open(text(java.util.Arrays.copyOf(sealed, length)))).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cHJveHkwMQ==",
                "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds",
                "not base64 at all",
                "\u0000",
                "====",
            })
    void foreignSignaturesAreNothing(String signature) {
        assertThat(seal.open(signature)).isNull();
        assertThat(seal.open(null)).isNull();
    }

    @Test
    @Case("R16")
    void stateThatWouldBloatTheConversationIsNotSealed() {
        assertThat(seal.seal(state(noise(300_000)))).isNull();
        assertThat(seal.seal(state(noise(100_000)))).isNotNull();
    }

    @Test
    void aBombDoesNotGoOff() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        packed.write(1);
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(new byte[64 << 20]);
        }
        assertThat(seal.open(text(packed.toByteArray()))).isNull();
    }

    /** What cannot be packed. */
    private static String noise(int length) {
        SplittableRandom random = new SplittableRandom(1);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new String(Base64.getEncoder().encode(bytes), StandardCharsets.US_ASCII).substring(0, length);
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
