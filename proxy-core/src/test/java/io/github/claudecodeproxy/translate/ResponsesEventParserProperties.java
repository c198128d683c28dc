package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.claudecodeproxy.claude.ClaudeJson;
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

/** Events that are recognised by their bytes are what parsing makes of them. */
class ResponsesEventParserProperties {

    /** Each with a number, a text and a padding, in the orders in which servers write them. */
    private static final String[] FORMS = {
        "{\"type\":\"response.output_text.delta\",\"sequence_number\":%1$s,\"output_index\":0,\"content_index\":0,"
                + "\"delta\":%2$s,\"logprobs\":[],\"obfuscation\":%3$s}",
        "{\"content_index\":0,\"delta\":%2$s,\"item_id\":\"msg_1\",\"output_index\":2,\"sequence_number\":%1$s,"
                + "\"type\":\"response.output_text.delta\"}",
        "{\"type\":\"response.function_call_arguments.delta\",\"obfuscation\":%3$s,\"delta\":%2$s,\"output_index\":1}",
        "{\"type\":\"response.reasoning_summary_text.delta\",\"summary_index\":1,\"delta\":%2$s}",
        "{\"type\":\"response.output_text.delta\",\"delta\":%2$s,\"item\":{\"delta\":%3$s}}",
        "{\"type\":\"response.output_text.delta\",\"delta\":%2$s,\"error\":{\"message\":%3$s}}",
        "{\"type\":\"response.output_text.delta\",\"delta\":%2$s,\"delta\":%3$s}",
        "{\"type\":\"response.output_text.done\",\"sequence_number\":%1$s,\"text\":%2$s}",
        "{\"type\":\"response.function_call_arguments.done\",\"sequence_number\":%1$s,\"arguments\":%2$s}",
        "{\"type\":\"response.output_item.done\",\"sequence_number\":%1$s,\"item\":{\"delta\":%2$s}}",
        "{\"type\":\"error\",\"delta\":%2$s}"
    };

    @Provide
    Arbitrary<List<byte[]>> streams() {
        Arbitrary<String> text = Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(8),
                Arbitraries.strings()
                        .withChars('"', '\\', '\n', '\u0001', '\u00e9', 'u', '0', ',', '}')
                        .ofMaxLength(8));
        Arbitrary<String> number = Arbitraries.of("0", "7", "10", "12345678901", "07", "-1", "1.5", "1e3", "null", "");
        Arbitrary<byte[]> event = Combinators.combine(
                        Arbitraries.integers().between(0, FORMS.length - 1),
                        number,
                        text,
                        text,
                        Arbitraries.integers().between(0, 19))
                .as(ResponsesEventParserProperties::event);
        return event.list().ofMinSize(1).ofMaxSize(12);
    }

    private static byte[] event(int form, String number, String text, String padding, int fault) {
        String json = String.format(FORMS[form], number, quoted(text), quoted(padding));
        return switch (fault) {
            case 0 -> json.substring(0, json.length() - 1).getBytes(StandardCharsets.UTF_8);
            case 1 -> (json + "}").getBytes(StandardCharsets.UTF_8);
            case 2 -> json.replace("\\", "\\q").getBytes(StandardCharsets.UTF_8);
            case 3 -> json.getBytes(StandardCharsets.ISO_8859_1);
            default -> json.getBytes(StandardCharsets.UTF_8);
        };
    }

    private static String quoted(String text) {
        try {
            return ClaudeJson.mapper().writeValueAsString(text.replaceAll("[\uD800-\uDFFF]", "?"));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Property
    void everyEventIsWhatItIsAlone(@ForAll("streams") List<byte[]> stream, @ForAll boolean twice) {
        ResponsesEventParser parser = new ResponsesEventParser();
        for (byte[] event : stream) {
            Object alone = new ResponsesEventParser().parse(event, 0, event.length);
            for (int i = 0; i < (twice ? 2 : 1); i++) {
                byte[] within = new byte[event.length + 3];
                System.arraycopy(event, 0, within, 2, event.length);
                assertThat(parser.parse(within, 2, event.length)).isEqualTo(alone);
            }
        }
    }

    /** The text stands in one place, and in another one stands what is named like it. */
    @Test
    void aNamesakeOfTheTextIsNotTakenForIt() {
        ResponsesEventParser parser = new ResponsesEventParser();
        for (String namesake : new String[] {"a", "b"}) {
            byte[] event = String.format(
                            "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\" : \"a\",\"x\":{\"delta\":\"%s\"}}",
                            namesake)
                    .getBytes(StandardCharsets.UTF_8);
            assertThat(Objects.requireNonNull(parser.parse(event, 0, event.length))
                            .text())
                    .isEqualTo("a");
        }
    }

    /** Without which the property would hold for a parser that recognises nothing. */
    @Test
    void eventsThatDifferInTheirTextAreRecognised() {
        for (int form = 0; form <= 3; form++) {
            byte[] first = event(form, "9", "first", "abc", 9);
            byte[] second = event(form, "10", "the \"second\" \u00e9\n", "a longer one", 9);
            byte[] start = "\"delta\":\"".getBytes(StandardCharsets.US_ASCII);
            TextTemplate template =
                    Objects.requireNonNull(TextTemplate.of(start, "first", first, 0, first.length), FORMS[form]);
            assertThat(template.match(second, 0, second.length))
                    .as("form %s", form)
                    .isEqualTo("the \"second\" \u00e9\n");
            ResponsesEventParser parser = new ResponsesEventParser();
            parser.parse(first, 0, first.length);
            assertThat(parser.recognises()).as("form %s", form).isTrue();
        }
    }
}
