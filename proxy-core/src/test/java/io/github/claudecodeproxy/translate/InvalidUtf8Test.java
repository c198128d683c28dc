package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.claude.ClaudeEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A character that the provider cut in two costs that character, not the answer. */
class InvalidUtf8Test {

    private static final String REQUEST =
            "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    private static final String CHUNK = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a%sb\"}}]}";

    @ParameterizedTest
    @ValueSource(strings = {"\u00FF", "\u00C3", "\u00E2\u0082", "\u00F0\u009F\u0098"})
    void brokenBytesAreReplaced(String latin1) {
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder().build();
        List<ClaudeEvent> events = new ArrayList<>();
        StreamTranslation stream =
                translator.translate(translator.parse(REQUEST.getBytes(StandardCharsets.UTF_8))).stream(events::add);
        byte[] bytes = CHUNK.formatted(latin1).getBytes(StandardCharsets.ISO_8859_1);
        stream.data(bytes, 0, bytes.length);
        assertThat(events).contains(new ClaudeEvent.ContentBlockDelta(0, new ClaudeEvent.TextDelta("a\uFFFDb")));
    }
}
