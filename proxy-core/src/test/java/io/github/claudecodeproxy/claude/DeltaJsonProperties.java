package io.github.claudecodeproxy.claude;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Deltas are written by hand, and nobody can tell. */
class DeltaJsonProperties {

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> all = Arbitraries.strings().all().ofMaxLength(40);
        Arbitrary<String> odd = Arbitraries.strings()
                .withChars('"', '\\', '/', '\n', '\r', '\t', '\b', '\f', '\1', '\37', '\177')
                .withChars('\200', '\u07ff', '\u0800', '\u2028', '\ufffd', '\uffff', '\ud83d', '\ude00', 'a')
                .ofMaxLength(20);
        return Arbitraries.oneOf(all, odd);
    }

    @Property
    void theBytesAreThoseOfJackson(@ForAll("texts") String text, @ForAll int index) throws JsonProcessingException {
        for (ClaudeEvent.Delta delta : new ClaudeEvent.Delta[] {
            new ClaudeEvent.TextDelta(text), new ClaudeEvent.InputJsonDelta(text), new ClaudeEvent.ThinkingDelta(text)
        }) {
            ClaudeEvent.ContentBlockDelta event = new ClaudeEvent.ContentBlockDelta(index, delta);
            byte[] quick = DeltaJson.of(event);
            if (quick == null) {
                assertThat(index < 0 || halfACharacter(text)).isTrue();
            } else {
                assertThat(quick).isEqualTo(ClaudeJson.mapper().writeValueAsBytes(event));
            }
        }
    }

    private static boolean halfACharacter(String text) {
        return text.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF);
    }
}
