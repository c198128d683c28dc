package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Every part of a prompt counts. */
class TokenEstimateTest {

    private static final String BASE = "{\"model\":\"m\",\"messages\":[%s]%s}";
    private static final String USER = "{\"role\":\"user\",\"content\":%s}";

    private static final long EMPTY = count("[]", "");

    @Test
    void textIsAboutFourCharactersAToken() {
        assertThat(count(quoted("word ".repeat(800)), "") - EMPTY).isEqualTo(1000);
        assertThat(count(quoted("\u65E5".repeat(100)), "") - EMPTY).isEqualTo(100);
        assertThat(count(quoted("\u0436".repeat(100)), "") - EMPTY).isEqualTo(50);
    }

    @Test
    void systemToolsResultsAndImagesCount() {
        String long400 = quoted("word ".repeat(80));
        assertThat(count("[]", ",\"system\":" + long400) - EMPTY).isEqualTo(100);
        assertThat(count("[]", ",\"tools\":[{\"name\":\"a\",\"description\":" + long400 + "}]") - EMPTY)
                .isBetween(100L, 120L);
        assertThat(count("[]", ",\"tools\":[{\"name\":\"a\",\"input_schema\":{\"d\":" + long400 + "}}]") - EMPTY)
                .isBetween(100L, 120L);
        assertThat(count("[{\"type\":\"tool_result\",\"tool_use_id\":\"x\",\"content\":" + long400 + "}]", "") - EMPTY)
                .isBetween(100L, 120L);
        assertThat(count(
                                "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}}]",
                                "")
                        - EMPTY)
                .isEqualTo(1600);
        assertThat(count(
                                "[{\"type\":\"tool_use\",\"id\":\"x\",\"name\":\"Write\",\"input\":{\"text\":" + long400
                                        + "}}]",
                                "")
                        - EMPTY)
                .isBetween(100L, 120L);
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static long count(String content, String more) {
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder().build();
        String json = BASE.formatted(USER.formatted(content), more);
        return translator.countTokens(translator.parse(json.getBytes(StandardCharsets.UTF_8)));
    }
}
