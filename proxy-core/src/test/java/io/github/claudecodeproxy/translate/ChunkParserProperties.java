package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.openai.ChatChunk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
        "{\"error\":{\"content\":%s}}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":%s,\"refusal\":null,\"reasoning\":\"\"}}],\"service_tier\":\"flex\"}",
        "{\"choices\":[{\"index\":1,\"delta\":{\"content\":%s}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":%s,\"refusal\":\"no\"}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":%s,\"reasoning\":\"so\"}}],\"service_tier\":\"flex\"}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":%s,\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"so\"}]}}]}"
    };

    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.of("<think>", "</think>", "a</thi"),
                Arbitraries.strings().all().ofMaxLength(8),
                Arbitraries.strings()
                        .withChars('"', '\\', '\n', '\u0001', '\u00e9', 'u', '0', ',', '}')
                        .ofMaxLength(8));
    }

    @Provide
    Arbitrary<List<byte[]>> streams() {
        Arbitrary<String> text = texts();
        Arbitrary<byte[]> chunk = Combinators.combine(
                        Arbitraries.integers().between(0, FORMS.length - 1),
                        text,
                        text,
                        Arbitraries.integers().between(0, 19))
                .as(ChunkParserProperties::chunk);
        // Few forms in a row, as a stream has them.
        return chunk.list().ofMinSize(1).ofMaxSize(12);
    }

    /** Some of one form, then some of another, as a stream has them. */
    @Provide
    Arbitrary<List<String>> answers() {
        Arbitrary<List<String>> run = Combinators.combine(
                        Arbitraries.integers().between(0, FORMS.length - 1),
                        texts().list().ofMinSize(2).ofMaxSize(4))
                .as((form, texts) -> texts.stream()
                        .map(text -> new String(chunk(form, text, "second", 9), StandardCharsets.UTF_8))
                        .toList());
        return run.list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(runs -> runs.stream().flatMap(List::stream).toList());
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

    /** A blank before every other chunk keeps them all from being recognised. */
    @Property
    void recognisedOrParsedTheAnswerIsTheSame(@ForAll("answers") List<String> stream) {
        List<String> apart = new ArrayList<>();
        for (String chunk : stream) {
            apart.add(" ".repeat(apart.size() % 2) + chunk);
        }
        assertThat(events(stream)).isEqualTo(events(apart));
    }

    private static String events(List<String> chunks) {
        StringBuilder sse = new StringBuilder();
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder().build();
        StreamTranslation stream = translator.translate(translator.parse("""
                {"model": "claude-opus-4-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hi"}]}""".getBytes(StandardCharsets.UTF_8))).stream(
                event -> Trip.append(event, sse));
        stream.requestId("req_1");
        try {
            chunks.forEach(stream::data);
            stream.end();
        } catch (ClaudeException e) {
            sse.append(e.error().message());
        }
        return sse.toString().replaceAll("(toolu|msg)_[0-9a-zA-Z]+", "*");
    }

    /** Nothing is said twice because it stood in the chunk that another one resembles. */
    @Test
    void onlyTheTextOfPlainChunksIsTakenByItself() {
        for (int form = 0; form < FORMS.length; form++) {
            ChunkParser parser = new ChunkParser();
            for (String text : new String[] {"role", "first"}) {
                byte[] chunk = chunk(form, text, "abc", 9);
                assertThat(parser.text(chunk, 0, chunk.length)).isNull();
                parser.parse(chunk, 0, chunk.length);
            }
            byte[] next = chunk(form, "another", "abc", 9);
            assertThat(parser.text(next, 0, next.length))
                    .as(FORMS[form])
                    .isEqualTo(List.of(0, 1, 9, 13).contains(form) ? "another" : null);
        }
    }

    /** The text stands in one place, and in another one stands what is named like it. */
    @Test
    void aNamesakeOfTheTextIsNotTakenForIt() {
        ChunkParser parser = new ChunkParser();
        for (String namesake : new String[] {"role", "a", "b"}) {
            byte[] chunk = String.format(
                            "{\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"a\",\"content\":\"%s\"}]}}]}",
                            namesake)
                    .getBytes(StandardCharsets.UTF_8);
            assertThat(parser.text(chunk, 0, chunk.length)).isNull();
            ChatChunk parsed = Objects.requireNonNull(parser.parse(chunk, 0, chunk.length));
            assertThat(parsed.choices().get(0).delta().content()).isEqualTo("a");
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
