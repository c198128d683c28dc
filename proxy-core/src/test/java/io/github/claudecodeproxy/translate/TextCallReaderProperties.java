package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.ToolInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

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

    /** The message is that of a whole answer, whatever the chunks of the stream. */
    @Property
    void theMessageIsTheSame(@ForAll("texts") String text, @ForAll @Size(max = 30) List<Integer> cuts)
            throws IOException {
        StringBuilder sse = new StringBuilder();
        StreamTranslation stream = translation().stream(event -> Trip.append(event, sse));
        int from = 0;
        for (int cut : cuts) {
            int to = Math.min(text.length(), from + Math.floorMod(cut, 23));
            stream.data(answer("delta", text.substring(from, to), null));
            from = to;
        }
        stream.data(answer("delta", text.substring(from), "stop"));
        stream.end();
        assertThat(ClaudeGrammar.check(sse.toString(), ToolInput.MUST_PARSE)).isEmpty();
        JsonNode folded = ClaudeGrammar.fold(sse.toString());
        JsonNode whole = ClaudeJson.mapper()
                .readTree(ClaudeJson.bytes(
                        translation().message(answer("message", text, "stop").getBytes(StandardCharsets.UTF_8))));
        assertThat(masked(whole)).isEqualTo(masked(folded));
    }

    private static Translation translation() {
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder()
                .profile(Providers.builtIn().named("generic").orElseThrow())
                .build();
        return translator.translate(translator.parse("""
                {"model": "claude-opus-4-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hi"}],
                 "tools": [{"name": "Read", "input_schema": {"type": "object"}},
                           {"name": "Bash", "input_schema": {"type": "object"}}]}""".getBytes(StandardCharsets.UTF_8)));
    }

    private static String answer(String part, String text, @Nullable String finishReason) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode choice = answer.putArray("choices").addObject();
        choice.put("index", 0)
                .put("finish_reason", finishReason)
                .putObject(part)
                .put("content", text);
        answer.putObject("usage").put("prompt_tokens", 20).put("completion_tokens", 9);
        return answer.toString();
    }

    private static String masked(JsonNode message) {
        return message.path("stop_reason") + message.path("content").toString().replaceAll("toolu_[0-9a-f]{24}", "*");
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
