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
        assertThat(ModelMapper.tiers("big", "middle", "small").map(requested).model())
                .isEqualTo(expected);
    }

    @Test
    void theMostSpecificFamilyIsFound() {
        assertThat(ModelData.of("gpt-4o-mini-2024-07-18").match()).isEqualTo("gpt-4o-mini*");
        assertThat(ModelData.of("openai/GPT-4o").maxOutputTokens()).isEqualTo(16384);
        assertThat(ModelData.of("gpt-5.1-codex").efforts()).contains("none");
        assertThat(ModelData.of("gpt-5-nano").efforts()).contains("minimal");
        assertThat(ModelData.of("llama3.3:70b").maxOutputTokens()).isNull();
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

    @ParameterizedTest
    @ValueSource(strings = {"providers.json/providers/ProviderProfile", "models.json/models/ModelData"})
    void everyFieldOfTheDataIsKnown(String list) throws Exception {
        String[] parts = list.split("/");
        Class<?> type = Class.forName("io.github.claudecodeproxy.provider." + parts[2]);
        ObjectMapper strict = DataFile.MAPPER;
        try (InputStream in = ModelData.class.getResourceAsStream(parts[0])) {
            JsonNode file = strict.readTree(in);
            for (JsonNode entry : file.path(parts[1])) {
                com.fasterxml.jackson.databind.node.ObjectNode merged =
                        file.path("defaults").deepCopy();
                entry.properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
                merged.remove(java.util.List.of("source", "date", "note"));
                assertThat(strict.treeToValue(merged, type)).isNotNull();
            }
        }
    }
}
