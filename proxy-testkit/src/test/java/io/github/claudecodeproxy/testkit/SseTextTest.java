package io.github.claudecodeproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SseTextTest {

    @Test
    void readsFramesInOrder() {
        SseText text = SseText.parse("event: a\ndata: {\"x\":1}\n\nevent: b\ndata: [\"ä\"]\n\n");

        assertThat(text.violations()).isEmpty();
        assertThat(text.events()).extracting(StreamEvent::name).containsExactly("a", "b");
        assertThat(text.events().get(0).data().path("x").asInt()).isEqualTo(1);
        assertThat(text.events().get(1).data().path(0).asText()).isEqualTo("ä");
    }

    @Test
    void nothingIsNoViolation() {
        assertThat(SseText.parse("")).isEqualTo(new SseText(List.of(), List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data: {}~~ | line 2: frame without an event: line",
                "event: a~~ | line 2: frame without a data: line",
                "event:a~data: {}~~ | line 1: neither",
                "event: a~data:{}~~ | line 2: neither",
                ": comment~event: a~data: {}~~ | line 1: neither",
                "id: 1~event: a~data: {}~~ | line 1: neither",
                "event: a^~data: {}~~ | line 1: carriage return",
                "event: a~event: b~data: {}~~ | line 2: second event:",
                "data: {}~event: a~~ | line 2: event: line after",
                "event: a~data: {~data: }~~ | line 3: second data:",
                "event: a~data: {}~~~ | line 4: empty line outside",
                "event: a~data: {\"x\":1,\"x\":2}~~ | line 3: data is not JSON",
                "event: a~data: {} {}~~ | line 3: data is not JSON",
                "event: a~data: [DONE]~~ | line 3: data is not JSON",
                "event: a~data: {}~ | line 3: last frame has no empty line",
                "event: a~data: {} | line 2: last line has no line end",
            })
    void findsWhatIsNoFrame(String stream, String violation) {
        String text = stream.replace('~', '\n').replace('^', '\r');

        assertThat(SseText.parse(text).violations())
                .anySatisfy(found -> assertThat(found).startsWith(violation));
    }

    @Test
    void aFrameWithoutItsEmptyLineIsNoEvent() {
        assertThat(SseText.parse("event: a\ndata: {}\n").events()).isEmpty();
    }
}
