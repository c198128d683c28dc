package io.github.claudecodeproxy.testkit;

import static io.github.claudecodeproxy.testkit.Streams.ERROR;
import static io.github.claudecodeproxy.testkit.Streams.GOOD;
import static io.github.claudecodeproxy.testkit.Streams.PING;
import static io.github.claudecodeproxy.testkit.Streams.START;
import static io.github.claudecodeproxy.testkit.Streams.STOP;
import static io.github.claudecodeproxy.testkit.Streams.blockStart;
import static io.github.claudecodeproxy.testkit.Streams.blockStop;
import static io.github.claudecodeproxy.testkit.Streams.delta;
import static io.github.claudecodeproxy.testkit.Streams.event;
import static io.github.claudecodeproxy.testkit.Streams.messageDelta;
import static io.github.claudecodeproxy.testkit.Streams.text;
import static io.github.claudecodeproxy.testkit.Streams.tool;
import static io.github.claudecodeproxy.testkit.Streams.toolStart;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ClaudeGrammarTest {

    private static final String EMPTY_INPUT = "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}";
    private static final String SIGNATURE = "{\"type\":\"signature_delta\",\"signature\":\"s2\"}";
    private static final String THINKING = "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}";

    static Stream<String> goodStreams() {
        return Stream.of(
                GOOD,
                START + messageDelta("end_turn") + STOP,
                START + PING + text(0) + text(1) + messageDelta("end_turn") + PING + STOP,
                START + text(0) + messageDelta("end_turn") + messageDelta("end_turn") + STOP,
                START + tool(0, "") + tool(1, "{}") + messageDelta("tool_use") + STOP,
                START + tool(0, "{}") + tool(1, "{\\\"cut\\\":") + messageDelta("max_tokens") + STOP,
                START + blockStart(0, THINKING) + delta(0, SIGNATURE) + blockStop(0) + messageDelta("end_turn") + STOP,
                START
                        + blockStart(0, "{\"type\":\"redacted_thinking\",\"data\":\"abc\"}")
                        + blockStop(0)
                        + messageDelta("end_turn")
                        + STOP,
                START
                        + text(0)
                        + messageDelta("stop_sequence").replace("\"stop_sequence\":null", "\"stop_sequence\":\"END\"")
                        + STOP,
                ERROR,
                START + ERROR,
                START + blockStart(0, THINKING) + ERROR,
                START + toolStart(0) + delta(0, EMPTY_INPUT) + ERROR,
                START + text(0) + messageDelta("end_turn") + ERROR);
    }

    @ParameterizedTest
    @MethodSource("goodStreams")
    void acceptsWhatTheGrammarAllows(String stream) {
        assertThat(ClaudeGrammar.check(stream)).isEmpty();
    }

    static Stream<Arguments> plantedViolations() {
        return Stream.of(
                planted(GOOD, "event: ping", "event: pong", "type is \"ping\""),
                planted(GOOD, START, "", "comes before message_start"),
                planted(GOOD, START, PING + START, "comes before message_start"),
                planted(GOOD, START, START + START, "second message_start"),
                planted(GOOD, "\"id\":\"msg_1\"", "\"id\":\"chatcmpl-1\"", "message.id"),
                planted(GOOD, "\"type\":\"message\"", "\"type\":\"chat\"", "message.type"),
                planted(GOOD, "\"role\":\"assistant\"", "\"role\":\"user\"", "message.role"),
                planted(GOOD, "\"model\":\"claude-x\",", "", "message.model"),
                planted(GOOD, "\"content\":[],", "", "message.content"),
                planted(GOOD, "\"stop_reason\":null,", "\"stop_reason\":\"end_turn\",", "message.stop_reason"),
                planted(
                        GOOD,
                        "\"stop_details\":null,\"container\":null,\"usage\"",
                        "\"usage\"",
                        "message.stop_details"),
                planted(GOOD, "\"container\":null,\"usage\"", "\"usage\"", "message.container"),
                planted(GOOD, "\"input_tokens\":5", "\"input_tokens\":null", "message.usage.input_tokens"),
                planted(GOOD, "\"cache_creation_input_tokens\":0,", "", "cache_creation_input_tokens"),
                planted(GOOD, "\"cache_read_input_tokens\":0", "\"cache_read_input_tokens\":0.5", "cache_read_input"),
                planted(GOOD, ",\"output_tokens\":1}", "}", "message.usage.output_tokens"),
                planted(GOOD, blockStop(0), "", "block 0 is still open"),
                planted(GOOD, blockStop(2), "", "block 2 is still open"),
                planted(GOOD, "\"index\":1", "\"index\":3", "index is 3, expected 1"),
                planted(GOOD, blockStop(1), blockStop(0), "index is 0, expected 1"),
                planted(GOOD, blockStop(1), blockStop(1) + blockStop(1), "no block is open"),
                planted(GOOD, blockStop(1), blockStop(1) + delta(1, EMPTY_INPUT), "no block is open"),
                planted(GOOD, "\"text\":\"\"", "\"text\":null", "must start with text"),
                planted(
                        GOOD,
                        "\"type\":\"text\",\"text\":\"\"",
                        "\"type\":\"text\",\"text\":\"x\"",
                        "must start with text"),
                planted(GOOD, "\"thinking\":\"\",", "", "must start with thinking"),
                planted(GOOD, ",\"signature\":\"\"", "", "must start with signature"),
                planted(GOOD, "\"input\":{}", "\"input\":{\"a\":1}", "must start with input"),
                planted(GOOD, ",\"input\":{}", "", "must start with input"),
                planted(GOOD, "\"id\":\"toolu_2\"", "\"id\":\"call 2\"", "bad tool id"),
                planted(GOOD, "\"name\":\"Bash\"", "\"name\":\"\"", "tool without a name"),
                planted(GOOD, "{\"type\":\"text\",\"text\":\"\"}", "{\"type\":\"image\"}", "unknown block type"),
                planted(GOOD, "text_delta\",\"text", "thinking_delta\",\"thinking", "does not fit a text block"),
                planted(GOOD, "text_delta\",\"text\"", "text_delta\",\"value\"", "text_delta without its value"),
                planted(GOOD, delta(2, EMPTY_INPUT), "", "the first input_json_delta must be"),
                planted(GOOD, "\"1}\"", "\"1\"", "is no JSON object"),
                planted(GOOD, "\"{\\\"a\\\":\"", "\"\"", "is no JSON object: 1}"),
                planted(GOOD, blockStop(0), delta(0, SIGNATURE) + blockStop(0), "after the signature"),
                planted(GOOD, "tool_use\",\"stop_sequence", "end_turn\",\"stop_sequence", "but stop_reason end_turn"),
                planted(GOOD, "\"tool_use\",\"stop_sequence", "null,\"stop_sequence", "delta.stop_reason is null"),
                planted(GOOD, "tool_use\",\"stop_sequence", "stop\",\"stop_sequence", "delta.stop_reason is \"stop\""),
                planted(GOOD, ",\"output_tokens\":9", "", "usage.output_tokens is no count"),
                planted(GOOD, "\"input_tokens\":7", "\"input_tokens\":\"7\"", "usage.input_tokens is no count"),
                planted(GOOD, "null},\"usage\"", "null},\"use\"", "usage.output_tokens is no count"),
                planted(GOOD, "\"stop_details\":null,\"container\":null}", "\"container\":null}", "delta.stop_details"),
                planted(GOOD, "null,\"container\":null}", "null}", "delta.container is missing"),
                planted(GOOD, messageDelta("tool_use"), "", "no message_delta came before"),
                planted(GOOD, STOP, text(3) + STOP, "block after message_delta"),
                planted(GOOD, STOP, "", "neither message_stop nor error"),
                planted(GOOD, STOP, STOP + PING, "nothing may follow"),
                planted(GOOD, STOP, ERROR + STOP, "nothing may follow"),
                planted(GOOD, PING, event("usage", "{\"type\":\"usage\"}"), "unknown event"),
                planted(GOOD, PING, ": keep-alive\n\n", "neither an event: nor a data: line"),
                planted(START + ERROR, ",\"message\":\"cut\"", "", "error needs a type and a message"));
    }

    static Stream<Arguments> wrongStreams() {
        String end = messageDelta("end_turn") + STOP;
        return Stream.of(
                arguments("", "neither message_stop nor error"),
                arguments(START + text(0) + messageDelta("tool_use") + STOP, "tool_use without a tool_use block"),
                arguments(START + text(0) + messageDelta("stop_sequence") + STOP, "delta.stop_sequence is null"),
                arguments(
                        START + blockStart(0, "{\"type\":\"text\",\"text\":\"\"}") + blockStop(0) + end,
                        "empty text block"),
                arguments(START + blockStart(0, THINKING) + blockStop(0) + end, "empty thinking block"),
                arguments(
                        START + toolStart(0) + blockStop(0) + messageDelta("tool_use") + STOP,
                        "without an input_json_delta"),
                arguments(
                        START + tool(0, "{") + tool(1, "{}") + messageDelta("max_tokens") + STOP, "is no JSON object"),
                arguments(
                        START
                                + tool(0, "{}")
                                + (tool(1, "{}") + messageDelta("tool_use") + STOP).replace("toolu_1", "toolu_0"),
                        "is used twice"));
    }

    private static Arguments planted(String stream, String target, String replacement, String violation) {
        int at = stream.indexOf(target);
        assertThat(at).as("the stream has " + target).isNotNegative();
        return arguments(stream.substring(0, at) + replacement + stream.substring(at + target.length()), violation);
    }

    @ParameterizedTest
    @MethodSource({"plantedViolations", "wrongStreams"})
    void findsEachViolation(String stream, String violation) {
        assertThat(ClaudeGrammar.check(stream))
                .anySatisfy(found -> assertThat(found).contains(violation));
    }

    @Test
    void brokenToolInputCanBeAllowed() {
        String stream = START + tool(0, "{oops") + messageDelta("tool_use") + STOP;

        assertThat(ClaudeGrammar.check(stream)).hasSize(1);
        assertThat(ClaudeGrammar.check(stream, ToolInput.MAY_BE_BROKEN)).isEmpty();
        assertThat(ClaudeGrammar.fold(stream).at("/content/0/input").textValue())
                .isEqualTo("{oops");
    }

    @Test
    void checksEventsWithoutText() {
        List<StreamEvent> events = SseText.parse(GOOD).events();

        assertThat(ClaudeGrammar.check(events)).isEmpty();
        assertThat(ClaudeGrammar.check(events.subList(1, events.size()))).isNotEmpty();
    }

    @Test
    void foldsIntoTheMessageThatAClientWouldHave() {
        ObjectNode message = ClaudeGrammar.messageOf(GOOD);

        assertThat(message.path("content"))
                .hasToString("[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s1\"},"
                        + "{\"type\":\"text\",\"text\":\"Hello\"},"
                        + "{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"Bash\",\"input\":{\"a\":1}}]");
        assertThat(message.path("stop_reason").asText()).isEqualTo("tool_use");
        assertThat(message.path("stop_sequence").isNull()).isTrue();
        assertThat(message.path("usage"))
                .hasToString("{\"input_tokens\":7,\"cache_creation_input_tokens\":0,"
                        + "\"cache_read_input_tokens\":0,\"output_tokens\":9}");
    }

    @Test
    void foldsWhatCameBeforeAnError() {
        String stream = START + text(0) + ERROR;

        assertThat(ClaudeGrammar.fold(stream).at("/content/0/text").asText()).isEqualTo("x");
        assertThat(ClaudeGrammar.fold(stream).path("stop_reason").isNull()).isTrue();
    }

    @Test
    void refusesToFoldWithoutAStart() {
        assertThatThrownBy(() -> ClaudeGrammar.fold(PING)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ClaudeGrammar.fold(START + delta(0, SIGNATURE)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInvalidStreamIsShownWithItsViolations() {
        assertThatThrownBy(() -> ClaudeGrammar.messageOf(START))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("neither message_stop nor error")
                .hasMessageContaining("msg_1");
    }
}
