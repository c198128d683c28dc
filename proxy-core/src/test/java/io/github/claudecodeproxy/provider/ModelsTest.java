package io.github.claudecodeproxy.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {

    @ParameterizedTest
    @CsvSource({
        "claude-3-5-haiku-20241022, small",
        "claude-sonnet-4-5, middle",
        "CLAUDE-OPUS-5-5, big",
        "claude-fable-1, big",
        "anthropic/claude-sonnet-4, middle",
        "gpt-4.1, gpt-4.1",
        "o3, o3",
        "ep-20240101, ep-20240101",
        "doubao-pro, doubao-pro",
        "deepseek-chat, deepseek-chat",
        "qwen/qwen3-coder, qwen/qwen3-coder",
    })
    void tiersAreMappedAndOtherNamesPass(String requested, String expected) {
        assertThat(ModelMapper.tiers("big", "middle", "small")
                        .map(ModelRequest.named(requested))
                        .model())
                .isEqualTo(expected);
    }

    @Test
    void theMostSpecificFamilyIsFound() {
        assertThat(known("gpt-4o-mini-2024-07-18").match()).hasToString("gpt-4o-mini*");
        assertThat(known("openai/GPT-4o").maxOutputTokens()).isEqualTo(16384);
        assertThat(known("gpt-5.1-codex-max-2025-11-19").efforts()).contains("none");
        assertThat(known("gpt-5-nano").efforts()).contains("minimal");
        assertThat(known("llama3.3:70b").maxOutputTokens()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"providers.json/providers", "models.json/models"})
    void everyEntryNamesItsSourceAndItsDate(String list) throws IOException {
        String[] parts = list.split("/");
        try (InputStream in = ModelData.class.getResourceAsStream(parts[0])) {
            for (JsonNode entry : new ObjectMapper().readTree(in).path(parts[1])) {
                assertThat(entry.path("source").asText()).as(entry.toString()).isNotBlank();
                assertThat(entry.path("date").asText()).as(entry.toString()).matches("\\d{4}-\\d\\d-\\d\\d");
            }
        }
    }

    @Test
    void everyProviderIsReadWithAllItsModels() {
        assertThat(Providers.builtIn().all())
                .hasSizeGreaterThan(20)
                .allSatisfy(profile -> assertThat(profile.models())
                        .allSatisfy(
                                variant -> assertThat(variant.profile().name()).isEqualTo(profile.name())));
    }

    @Test
    void everyModelIsRead() {
        JsonNode models = DataFile.resource("models.json").path("models");
        assertThat(models).hasSizeGreaterThan(60);
        // A user's models are read at once
        assertThat(Providers.builtIn().with("{\"models\": " + models + "}")).isNotNull();
    }

    private static ModelData known(String model) {
        return Providers.builtIn().named("openai").orElseThrow().model(model);
    }
}
