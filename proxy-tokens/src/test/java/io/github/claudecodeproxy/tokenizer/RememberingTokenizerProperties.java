package io.github.claudecodeproxy.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import io.github.claudecodeproxy.tokens.Tokenizer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class RememberingTokenizerProperties {

    private static final Tokenizer WHOLE =
            new LazyEncoding(() -> Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE));
    private static final Tokenizer O200K = OpenAiTokenizers.o200k();

    /** No more than a token for each cut, and the same when asked again. */
    @Property(tries = 200)
    void piecesHaveTheTokensOfTheWhole(
            @ForAll @StringLength(min = 1, max = 40) @CharRange(from = ' ', to = '\u00FF') String text,
            @ForAll @IntRange(min = 1, max = 2000) int times) {
        String repeated = (text + " ").repeat(times);
        long expected = WHOLE.count(repeated);
        long counted = O200K.count(repeated);
        assertThat(counted).isBetween(expected - 20, expected + 20);
        assertThat(O200K.count(repeated)).isEqualTo(counted);
    }
}
