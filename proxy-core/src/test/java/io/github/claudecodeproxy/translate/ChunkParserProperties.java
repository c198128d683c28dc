package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.openai.ChatChunk;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Chunks that are recognised by their bytes are what parsing makes of them. */
class ChunkParserProperties {

    private static final String[] FORMS = {
        "{\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":null}]}",
        "{\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s}}],\"usage\":null,\"obfuscation\":%s}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":null,\"reasoning_content\":%s}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\",\"reasoning_content\":%s}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":%s,\"reasoning_content\":%s}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":%s}}]}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"b\",\"arguments\":%s}}]}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":%s}},"
                + "{\"index\":1,\"function\":{\"arguments\":%s}}]}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\" : %s}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1}}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"a\",\"content\":%s}]}}]}",
        "{\"choices\":[],\"x\":{\"content\":%s}}",
        "{\"error\":{\"content\":%s}}"
    };

    @Provide
    Arbitrary<List<byte[]>> streams() {
        Arbitrary<String> text = Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(8),
                Arbitraries.strings()
                        .withChars('"', '\\', '\n', '\u0001', '\u00e9', 'u', '0', ',', '}')
                        .ofMaxLength(8));
        Arbitrary<byte[]> chunk = Combinators.combine(
                        Arbitraries.integers().between(0, FORMS.length - 1),
                        text,
                        text,
                        Arbitraries.integers().between(0, 19))
                .as(ChunkParserProperties::chunk);
        // Few forms in a row, as a stream has them.
        return chunk.list().ofMinSize(1).ofMaxSize(12);
    }

    private static byte[] chunk(int form, String first, String second, int fault) {
        try {
            String json = String.format(
                    FORMS[form],
                    ClaudeJson.mapper().writeValueAsString(first.replaceAll("[\uD800-\uDFFF]", "?")),
                    ClaudeJson.mapper().writeValueAsString(second.replaceAll("[\uD800-\uDFFF]", "?")));
            return switch (fault) {
                case 0 -> json.substring(0, json.length() - 1).getBytes(StandardCharsets.UTF_8);
                case 1 -> (json + "}").getBytes(StandardCharsets.UTF_8);
                case 2 -> json.replace("\\", "\\q").getBytes(StandardCharsets.UTF_8);
                case 3 -> json.getBytes(StandardCharsets.ISO_8859_1);
                default -> json.getBytes(StandardCharsets.UTF_8);
            };
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Property
    void everyChunkIsWhatItIsAlone(@ForAll("streams") List<byte[]> stream, @ForAll boolean twice) {
        ChunkParser parser = new ChunkParser();
        for (byte[] chunk : stream) {
            ChatChunk alone = new ChunkParser().parse(chunk, 0, chunk.length);
            for (int i = 0; i < (twice ? 2 : 1); i++) {
                byte[] within = new byte[chunk.length + 3];
                System.arraycopy(chunk, 0, within, 2, chunk.length);
                assertThat(parser.parse(within, 2, chunk.length)).isEqualTo(alone);
            }
        }
    }

    /** Without which the property would hold for a parser that recognises nothing. */
    @Test
    void chunksThatDifferInTheirTextAreRecognised() {
        for (int form : new int[] {0, 1, 2, 3, 5, 6, 9}) {
            byte[] first = chunk(form, "first", "abc", 9);
            byte[] second = chunk(form, "the \"second\" \u00e9\n", "a longer one", 9);
            ChatChunk parsed = Objects.requireNonNull(new ChunkParser().parse(first, 0, first.length));
            ChunkTemplate template = Objects.requireNonNull(ChunkTemplate.of(parsed, first, 0, first.length));
            assertThat(template.match(second, 0, second.length))
                    .as("form %s", form)
                    .isNotNull()
                    .isEqualTo(new ChunkParser().parse(second, 0, second.length));
        }
    }
}
