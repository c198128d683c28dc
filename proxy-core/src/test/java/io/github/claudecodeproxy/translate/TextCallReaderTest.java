package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.provider.ProviderProfile.CallNotation;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client cannot tell from a message: what is held back, for how long, and where the limits are. */
class TextCallReaderTest {

    private static final String CALL = "<tool_call>{\"name\":\"Bash\",\"arguments\":{\"command\":\"ls\"}}</tool_call>";
    private static final String FOUND = "CALL Bash {\"command\":\"ls\"}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a < b",
                "<tool>",
                "<tool_calls>",
                "see <tool_call> there",
                "<tool_call>\n[1]",
                "<tool_call></tool_call>",
                "<|tool_calls_section_begin|><|tool_calls_section_end|>",
                "Hi <|python_tag|>{",
                "{}",
                "{ x",
                "{\"city\"",
                "{\"name\": \"Alice\",",
                "{\"name\": [1],",
                "[{\"name\": \"Bash\"",
                "A {\"name\": \"Bash\", \"parameters\": {}}",
                "`<tool_call>{\"name\"",
                "```\n<tool_call>{",
                "1. ~~~~xml\n~~~\n<tool_call>{",
                "{\"name\": \"Bash\", \"parameters\": {}} x",
                "{\"name\": \"Bash\", \"name\": \"Bash\","
            })
    void whatCannotBeACallStreams(String text) {
        TextCalls calls = new TextCalls();
        calls.accept(text);
        assertThat(calls.soFar()).containsExactly("TEXT " + text);
    }

    @Test
    void onlyAPieceOfATagIsHeldBack() {
        TextCalls calls = new TextCalls();
        calls.accept("Hello <tool_c");
        assertThat(calls.soFar()).containsExactly("TEXT Hello ");
        calls.accept("at>");
        assertThat(calls.soFar()).containsExactly("TEXT Hello <tool_cat>");
    }

    @Test
    void aCallWaitsForTheEnd() {
        TextCalls calls = new TextCalls();
        calls.accept("Now.\n" + CALL + " and");
        assertThat(calls.soFar()).containsExactly("TEXT Now.\n");
        assertThat(calls.end()).containsExactly("TEXT Now.\n", FOUND, "TEXT  and");
    }

    @Test
    void tooMuchIsText() {
        String text = "<tool_call>{\"name\":\"Bash\",\"arguments\":{\"command\":\""
                + "x".repeat(TextCallReader.MOST_HELD) + "\"}}</tool_call>";
        TextCalls calls = new TextCalls();
        calls.accept(text);
        assertThat(calls.soFar()).containsExactly("TEXT " + text);
        calls.accept(CALL);
        assertThat(calls.end()).containsExactly("TEXT " + text + CALL);
    }

    @Test
    void tooMuchBehindACallIsTextWithTheCall() {
        String text = CALL + "x".repeat(TextCallReader.MOST_HELD);
        assertThat(TextCalls.in(text)).containsExactly("TEXT " + text);
    }

    @Test
    void aSmallerAnswerIsWithinTheLimit() {
        String command = "x".repeat(TextCallReader.MOST_HELD - 100);
        String call = CALL.replace("ls", command);
        assertThat(TextCalls.in(call)).containsExactly("CALL Bash {\"command\":\"" + command + "\"}");
    }

    @Test
    void closingTagsWithoutEndEndTheSearch() {
        String text = "<tool_call>{\"name\":\"Bash\",\"arguments\":{\"command\":\"" + "</tool_call>".repeat(64);
        TextCalls calls = new TextCalls();
        calls.accept(text);
        assertThat(calls.soFar()).containsExactly("TEXT " + text);
    }

    @Test
    @Timeout(5)
    void manyCallsInOneNotationAreReadInTheTimeThatTheyTake() {
        String end = "<|tool_calls_section_end|>";
        String begin = "<|tool_call_begin|>functions.Write:1<|tool_call_argument_begin|>";
        String section = "<|tool_calls_section_begin|>" + (begin + "{}<|tool_call_end|>").repeat(3000) + begin
                + "{\"a\":\"" + end.repeat(62) + "\"}<|tool_call_end|>" + end;
        assertThat(TextCalls.in(section.repeat(10))).containsExactly("TEXT " + section.repeat(10));
    }

    @Test
    void whatABrokenNotationHoldsIsNoCall() {
        String text = "<tool_call>{\"name\":\"Bash\",\"arguments\":{\"command\":\"say \"hi\" " + CALL + CALL;
        assertThat(TextCalls.in(text)).containsExactly("TEXT " + text);
    }

    @Test
    void whatAnUnknownToolIsGivenIsNoCall() {
        String text = "<tool_call><function=Write><parameter=text>\n<tool_call>\n<function=Bash>\n</parameter>"
                + "</function></tool_call>";
        assertThat(TextCalls.in(text)).containsExactly("TEXT " + text);
        assertThat(TextCalls.in(text + CALL)).containsExactly("TEXT " + text, FOUND);
    }

    @Test
    void onlyTheNotationsOfTheProfileAreKnown() {
        TextCalls calls = new TextCalls(EnumSet.of(CallNotation.KIMI), "");
        calls.accept(CALL);
        assertThat(calls.soFar()).containsExactly("TEXT " + CALL);
        TextCalls coder = new TextCalls(EnumSet.of(CallNotation.QWEN_CODER), "");
        coder.accept(CALL);
        assertThat(coder.soFar()).containsExactly("TEXT " + CALL);
    }

    @Test
    void whatTheClientBeganBelongsToTheAnswer() {
        TextCalls fenced = new TextCalls(EnumSet.allOf(CallNotation.class), "```xml\n");
        fenced.accept(CALL);
        assertThat(fenced.end()).containsExactly("TEXT " + CALL);
        TextCalls begun = new TextCalls(EnumSet.allOf(CallNotation.class), "Well:");
        String object = "{\"name\":\"Bash\",\"parameters\":{}}";
        begun.accept(object);
        assertThat(begun.end()).containsExactly("TEXT " + object);
    }

    @Test
    void codeEnds() {
        assertThat(TextCalls.in("```\ncode\n```\n" + CALL)).containsExactly("TEXT ```\ncode\n```\n", FOUND);
        assertThat(TextCalls.in("Use `ls`: " + CALL)).containsExactly("TEXT Use `ls`: ", FOUND);
        assertThat(TextCalls.in("An odd ` here\n" + CALL)).containsExactly("TEXT An odd ` here\n", FOUND);
        assertThat(TextCalls.in("```ls``` " + CALL)).containsExactly("TEXT ```ls``` ", FOUND);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "file_path | 7 | \"7\"",
                "file_path | null | \"null\"",
                "limit | 7 | 7",
                "limit | seven | \"seven\"",
                "limit | 7.5 | \"7.5\"",
                "ratio | 0.10 | 0.10",
                "all | True | true",
                "all | false | false",
                "all | yes | \"yes\"",
                "lines | [1, \"a\"] | [1,\"a\"]",
                "filter | {\"a\": {}} | {\"a\":{}}",
                "filter | null | null",
                "either | 7 | \"7\"",
                "any | {\"a\": 1} | {\"a\":1}",
                "any | 7 | \"7\"",
                "unknown | true | \"true\"",
                "file_path | a</parameter>b | \"a</parameter>b\""
            })
    void theSchemaSaysWhatAValueIs(String parameter, String text, String value) {
        String call = "<tool_call>\n<function=Read>\n<parameter=" + parameter + ">\n" + text
                + "\n</parameter>\n</function>\n</tool_call>";
        assertThat(TextCalls.in(call)).containsExactly("CALL Read {\"" + parameter + "\":" + value + "}");
    }

    @Test
    void onlyTheLineEndsOfTheNotationAreCut() {
        String call = "<tool_call><function=Read><parameter=file_path>\n\n  a\r\n\r\n</parameter><parameter=any>x"
                + "</parameter></function></tool_call>";
        assertThat(TextCalls.in(call)).containsExactly("CALL Read {\"file_path\":\"\\n  a\\r\\n\",\"any\":\"x\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<tool_call>{\"name\":\"Bash\",\"arguments\":{}}}</tool_call>",
                "<tool_call>{\"name\":\"Bash\",\"arguments\":{}</tool_call>",
                "<tool_call>{\"name\":\"Bash\",\"arguments\":\"{}\"}</tool_call>",
                "<tool_call>{\"name\":\"Bash\"}</tool_call>",
                "<tool_call>{\"name\":\"Bash\",\"arguments\":{},\"parameters\":{}}</tool_call>",
                "<tool_call>{\"name\":\"Bash\",\"arguments\":{},\"thought\":\"x\"}</tool_call>",
                "<tool_call>{\"name\":\"Bash\",\"arguments\":{}} and</tool_call>",
                "<tool_call><function=Bash><parameter=command>a</parameter><parameter=command>b</parameter></function>"
                        + "</tool_call>",
                "<tool_call><function=Bash>ls</function></tool_call>",
                "<tool_call><function=Bash></tool_call>",
                "<|tool_calls_section_begin|><|tool_call_begin|>functions.Bash:0<|tool_call_argument_begin|>[]"
                        + "<|tool_call_end|><|tool_calls_section_end|>",
                "<|tool_calls_section_begin|><|tool_call_begin|>functions.Bash:0<|tool_call_argument_begin|>{}"
                        + "<|tool_calls_section_end|>",
                "<|tool_calls_section_begin|><|tool_call_begin|>functions.Bash:0<|tool_call_argument_begin|>{}"
                        + "<|tool_call_end|><|tool_call_begin|>functions.Write:1<|tool_call_argument_begin|>{}"
                        + "<|tool_call_end|><|tool_calls_section_end|>",
                "{\"name\":\"Bash\"}",
                "{\"name\":\"Bash\",\"parameters\":{}}{\"name\":\"Bash\",\"parameters\":{}}",
                "{\"name\":\"Bash\",\"parameters\":{}"
            })
    void almostIsNotEnough(String text) {
        assertThat(TextCalls.in(text)).containsExactly("TEXT " + text);
    }

    @Test
    void smallDeviationsLeaveNoDoubt() {
        List<String> call = List.of(FOUND);
        assertThat(TextCalls.in("<tool_call>{\"arguments\":{\"command\":\"ls\"},\"name\":\"Bash\"}</tool_call>"))
                .isEqualTo(call);
        assertThat(TextCalls.in(
                        "{\"type\":\"function\",\"name\":\"Bash\",\"arguments\":{\"command\":\"ls\"},\"id\":\"a\"}\n"))
                .isEqualTo(call);
        assertThat(TextCalls.in("<|python_tag|> {\"name\":\"Bash\",\"parameters\":{\"command\":\"ls\"}}"))
                .isEqualTo(call);
    }
}
