package io.github.claudecodeproxy.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.testkit.Case;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every part of a prompt counts. */
class TokenEstimateTest {

    private static final String BASE = "{\"model\":\"m\",\"messages\":[%s]%s}";
    private static final String USER = "{\"role\":\"user\",\"content\":%s}";

    private static final long EMPTY = count("[]", "");

    @Test
    void textIsAboutFourCharactersAToken() {
        assertThat(count(quoted("word ".repeat(800)), "") - EMPTY).isEqualTo(1125);
        assertThat(count(quoted("\u65E5".repeat(100)), "") - EMPTY).isBetween(112L, 113L);
        assertThat(count(quoted("\u0436".repeat(100)), "") - EMPTY).isBetween(56L, 57L);
    }

    @Test
    @Case("U07")
    void systemToolsResultsAndImagesCount() {
        String long400 = quoted("word ".repeat(80));
        assertThat(count("[]", ",\"system\":" + long400) - EMPTY).isBetween(112L, 117L);
        assertThat(count("[]", ",\"tools\":[{\"name\":\"a\",\"description\":" + long400 + "}]") - EMPTY)
                .isBetween(112L, 145L);
        assertThat(count("[]", ",\"tools\":[{\"name\":\"a\",\"input_schema\":{\"d\":" + long400 + "}}]") - EMPTY)
                .isBetween(112L, 145L);
        assertThat(count("[{\"type\":\"tool_result\",\"tool_use_id\":\"x\",\"content\":" + long400 + "}]", "") - EMPTY)
                .isBetween(112L, 132L);
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
                .isBetween(112L, 132L);
    }

    /** The counts are those of o200k_base, of which a client must not be told less. */
    @ParameterizedTest
    @CsvSource({
        "21, 'Sphinx of black quartz, judge my vow. Sphinx of black quartz, judge my vow.'",
        "27, 敏捷的棕色狐狸跳过了那只懒狗。请读取文件并修复其中的错误",
        "27, 'Прочитай файл, исправь в нём ошибку и запусти тесты, чтобы увидеть, что они проходят.'",
        "24, 'private static int place(List<String> ids, String id, int unknown) { return ids.indexOf(id); }'",
    })
    @Case("U08")
    void nothingIsUndercounted(long tokens, String text) {
        String repeated = quoted((text + "  ").repeat(20));
        assertThat(count(repeated, "") - EMPTY).isBetween(20 * tokens, 40 * tokens);
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
