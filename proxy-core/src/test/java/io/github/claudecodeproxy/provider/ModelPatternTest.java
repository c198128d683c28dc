package io.github.claudecodeproxy.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPatternTest {

    @ParameterizedTest
    @CsvSource({
        "gpt-5*, gpt-5, true",
        "gpt-5*, GPT-5-mini, true",
        "gpt-5*, gpt-4, false",
        "gpt-5, gpt-5-mini, false",
        "*-mini, gpt-5-mini, true",
        "*-mini, gpt-5-mini-1, false",
        "o*-*-high, o3-mini-high, true",
        "o*-*-high, o3-high, false",
        "aba*aba, aba, false",
        "gpt-5*, openai/gpt-5, true",
        "openai/gpt-5*, openai/gpt-5.1, true",
        "openai/gpt-5*, azure/gpt-5.1, false",
        "gpt-4o*, ft:gpt-4o:mine, true",
        "*, anything, true"
    })
    void matches(String pattern, String model, boolean fits) {
        assertThat(ModelPattern.of(pattern).matches(model)).isEqualTo(fits);
    }

    @Property
    void isTheSameAsARegularExpression(
            @ForAll @Chars({'*', '-', '.'}) @CharRange(from = 'a', to = 'c') @StringLength(max = 6) String pattern,
            @ForAll @Chars({'-', '.'}) @CharRange(from = 'a', to = 'c') @StringLength(max = 8) String model) {
        String expression = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
        assertThat(ModelPattern.of(pattern).matches(model)).isEqualTo(Pattern.matches(expression, model));
    }
}
