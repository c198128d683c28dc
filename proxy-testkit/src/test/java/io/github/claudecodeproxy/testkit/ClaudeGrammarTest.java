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

    private static final String ERROR_CONTENT =
            "{\"type\":\"web_search_tool_result_error\",\"error_code\":\"unavailable\"}";

    /** A search that failed. */
    private static final String SEARCH = START
            + blockStart(
                    0,
                    "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{},"
                            + "\"caller\":{\"type\":\"direct\"}}")
            + delta(0, EMPTY_INPUT)
            + blockStop(0)
            + blockStart(
                    1,
                    "{\"type\":\"web_search_tool_result\",\"caller\":{\"type\":\"direct\"},"
                            + "\"tool_use_id\":\"srvtoolu_1\",\"content\":" + ERROR_CONTENT + "}")
            + blockStop(1)
            + text(2)
            + messageDelta("end_turn")
            + STOP;

    private static final String REFUSAL = "{\"type\":\"refusal\",\"category\":null,\"explanation\":null}";
    private static final String REFUSED =
            START + messageDelta("refusal").replace("\"stop_details\":null", "\"stop_details\":" + REFUSAL) + STOP;

    static Stream<String> goodStreams() {
        return Stream.of(
                GOOD,
                SEARCH,
                SEARCH.replace(
                        ERROR_CONTENT,
                        "[{\"type\":\"web_search_result\",\"url\":\"u\",\"title\":\"t\","
                                + "\"encrypted_content\":\"\",\"page_age\":null}]"),
                REFUSED,
                GOOD.replace("\"name\":\"Bash\"", "\"name\":\"screenshot\",\"toolset_name\":\"computer\""),
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
                planted(GOOD, "\"stop_details\":null,", "", "message.stop_details"),
                planted(GOOD, "\"container\":null,", "", "message.container"),
                planted(GOOD, "\"diagnostics\":null,", "", "message.diagnostics"),
                planted(GOOD, "\"diagnostics\":null,", "\"diagnostics\":null,\"choices\":[],", "message has choices"),
                planted(GOOD, "\"cache_creation\":null,", "", "message.usage.cache_creation is missing"),
                planted(GOOD, "\"cache_creation\":null", "\"cache_creation\":{}", "usage.cache_creation.ephemeral_5m"),
                planted(GOOD, "\"output_tokens_details\":null,", "", "message.usage.output_tokens_details is missing"),
                planted(
                        GOOD,
                        "\"output_tokens_details\":null",
                        "\"output_tokens_details\":{\"thinking_tokens\":-1}",
                        "usage.output_tokens_details.thinking_tokens is no count"),
                planted(GOOD, "\"server_tool_use\":null,", "", "message.usage.server_tool_use is missing"),
                planted(GOOD, "\"service_tier\":\"standard\",", "", "message.usage.service_tier is missing"),
                planted(GOOD, "\"service_tier\":\"standard\"", "\"service_tier\":\"default\"", "usage.service_tier is"),
                planted(GOOD, ",\"inference_geo\":null", "", "message.usage.inference_geo is missing"),
                planted(GOOD, "\"input_tokens\":5", "\"input_tokens\":null", "message.usage.input_tokens"),
                planted(GOOD, "\"cache_creation_input_tokens\":0,", "", "cache_creation_input_tokens"),
                planted(GOOD, "\"cache_read_input_tokens\":0", "\"cache_read_input_tokens\":0.5", "cache_read_input"),
                planted(GOOD, ",\"output_tokens\":1", "", "message.usage.output_tokens"),
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
                planted(GOOD, ",\"caller\":{\"type\":\"direct\"}", "", "has the caller"),
                planted(GOOD, "\"type\":\"direct\"", "\"type\":\"code_execution_20260120\"", "has the caller"),
                planted(GOOD, "\"name\":\"Bash\"", "\"name\":\"Bash\",\"toolset_name\":\"\"", "toolset_name is"),
                planted(GOOD, "\"signature\":\"s1\"", "\"signature\":\"\"", "empty signature"),
                planted(GOOD, delta(0, SIGNATURE.replace("s2", "s1")), "", "thinking without a signature"),
                planted(SEARCH, "srvtoolu_1\",\"name", "toolu_1\",\"name", "bad tool id"),
                planted(SEARCH, "\"name\":\"web_search\"", "\"name\":\"WebSearch\"", "no server tool"),
                planted(SEARCH, "\"tool_use_id\":\"srvtoolu_1\",", "", "without a tool_use_id"),
                planted(SEARCH, "\"tool_use_id\":\"srvtoolu_1", "\"tool_use_id\":\"srvtoolu_2", "which nobody called"),
                planted(SEARCH, "\"unavailable\"", "\"broken\"", "neither results nor an error"),
                planted(SEARCH, "search_tool_result\",\"caller\"", "search_tool_result\",\"called\"", "has the caller"),
                planted(SEARCH, blockStop(1), delta(1, EMPTY_INPUT) + blockStop(1), "does not fit a web_search_tool"),
                planted(SEARCH, "web_search_tool_result\",\"c", "mcp_tool_result\",\"c", "unknown block type"),
                planted(
                        SEARCH,
                        ERROR_CONTENT,
                        "[{\"type\":\"web_search_result\",\"url\":\"u\"}]",
                        "no web_search_result"),
                planted(SEARCH, ",\"content\":" + ERROR_CONTENT, "", "without content"),
                planted(REFUSED, "\"explanation\":null", "\"reason\":null", "stop_details.explanation is missing"),
                planted(REFUSED, "\"category\":null", "\"category\":\"x\"", "stop_details.category is"),
                planted(REFUSED, "\"type\":\"refusal\"", "\"type\":\"text\"", "stop_details.type is no refusal"),
                planted(
                        REFUSED,
                        "\"stop_reason\":\"refusal\"",
                        "\"stop_reason\":\"end_turn\"",
                        "delta.stop_details is"),
                planted(REFUSED, REFUSAL, "null", "delta.stop_details is null with stop_reason refusal"),
                planted(
                        START + messageDelta("end_turn") + messageDelta("end_turn") + STOP,
                        messageDelta("end_turn"),
                        messageDelta("end_turn").replace("\"output_tokens\":9", "\"output_tokens\":10"),
                        "sinks to 9"),
                planted(GOOD, STOP, ERROR + ERROR, "nothing may follow"),
                planted(START + ERROR, "\"api_error\"", "\"server_error\"", "no client knows the error type"),
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
                arguments(START + blockStart(0, THINKING) + blockStop(0) + end, "thinking without a signature"),
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
                        + "{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"Bash\",\"input\":{\"a\":1},"
                        + "\"caller\":{\"type\":\"direct\"}}]");
        assertThat(message.path("stop_reason").asText()).isEqualTo("tool_use");
        assertThat(message.path("stop_sequence").isNull()).isTrue();
        assertThat(message.path("usage"))
                .asString()
                .startsWith("{\"input_tokens\":7,\"cache_creation_input_tokens\":0,"
                        + "\"cache_read_input_tokens\":0,\"output_tokens\":9,");
    }

    static Stream<String> wholeStreams() {
        return goodStreams().filter(stream -> stream.contains("message_stop") && !stream.contains("\\\"cut\\\":"));
    }

    @ParameterizedTest
    @MethodSource("wholeStreams")
    void acceptsTheSameAsAWholeMessage(String stream) {
        assertThat(ClaudeGrammar.checkMessage(ClaudeGrammar.fold(stream))).isEmpty();
    }

    @Test
    void findsTheSameInAWholeMessage() {
        for (String member : List.of("id", "content", "stop_reason", "stop_details", "usage", "diagnostics")) {
            ObjectNode message = ClaudeGrammar.fold(GOOD);
            message.remove(member);
            assertThat(ClaudeGrammar.checkMessage(message)).as(member).isNotEmpty();
        }
        for (String change : List.of("signature", "text", "input", "caller", "name")) {
            ObjectNode message = ClaudeGrammar.fold(GOOD);
            message.path("content").forEach(block -> {
                if (block.has(change) && block instanceof ObjectNode object) {
                    object.remove(change);
                }
            });
            assertThat(ClaudeGrammar.checkMessage(message)).as(change).isNotEmpty();
        }
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
