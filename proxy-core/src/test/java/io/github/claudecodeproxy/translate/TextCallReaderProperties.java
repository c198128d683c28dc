package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class TextCallReaderProperties {

    /** However a text is cut, the same texts and calls are found in it. */
    @Property
    void noSplitMatters(@ForAll("texts") String text, @ForAll @Size(max = 30) List<Integer> cuts) {
        TextCalls pieces = new TextCalls();
        cut(text, cuts, pieces);
        assertThat(pieces.end()).isEqualTo(TextCalls.in(text));
    }

    @Property
    void singleSignsAreEnough(@ForAll("texts") String text) {
        TextCalls pieces = new TextCalls();
        for (int i = 0; i < text.length(); i++) {
            pieces.accept(text.substring(i, i + 1));
        }
        assertThat(pieces.end()).isEqualTo(TextCalls.in(text));
    }

    /** A text without calls, or with real calls beside it, is passed on as it is. */
    @Property
    void whatIsNoCallDoesNotChange(@ForAll("texts") String text, @ForAll @Size(max = 30) List<Integer> cuts) {
        TextCalls besideReal = new TextCalls();
        cut(text, cuts, besideReal);
        assertThat(besideReal.realCalls()).isEqualTo(asText(text));
        List<String> found = TextCalls.in(text);
        if (found.stream().noneMatch(one -> one.startsWith("CALL "))) {
            assertThat(found).isEqualTo(asText(text));
        }
    }

    private static List<String> asText(String text) {
        return text.isEmpty() ? List.of() : List.of("TEXT " + text);
    }

    private static void cut(String text, List<Integer> cuts, TextCalls calls) {
        int from = 0;
        for (int cut : cuts) {
            int to = Math.min(text.length(), from + Math.floorMod(cut, 23));
            calls.accept(text.substring(from, to));
            from = to;
        }
        calls.accept(text.substring(from));
    }

    /** Notations, whole and broken, prose and code in any order. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "<tool_call>\n{\"name\": \"Read\", \"arguments\": {\"file_path\": \"/x\"}}\n</tool_call>",
                        "<tool_call>{\"name\":\"Write\",\"arguments\":{}}</tool_call>",
                        "<tool_call>{\"name\":\"Bash\",\"arguments\":{\"command\":\"echo '</tool_call>'\"}}</tool_call>",
                        "<tool_call>\n<function=Read>\n<parameter=limit>\n7\n</parameter>\n</function>\n</tool_call>",
                        "<|tool_calls_section_begin|><|tool_call_begin|>functions.Bash:0<|tool_call_argument_begin|>"
                                + "{\"command\":\"ls\"}<|tool_call_end|><|tool_calls_section_end|>",
                        "{\"name\": \"Read\", \"parameters\": {\"file_path\": \"/x\"}}",
                        "<|python_tag|>",
                        "<tool_call>",
                        "</tool_call>",
                        "<function=Bash>",
                        "<parameter=command>",
                        "</parameter>",
                        "</function>",
                        "{\"name\": \"Read\", ",
                        "\"arguments\": {}}",
                        "<",
                        "<|tool_call",
                        "s_section_",
                        "{",
                        "\"",
                        "```\n",
                        "\n```",
                        "`",
                        "\n",
                        " ",
                        "Let me see.")
                .list()
                .ofMaxSize(12)
                .map(pieces -> String.join("", pieces));
    }
}
