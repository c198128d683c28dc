package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.ToolInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever chunks come in whatever order, what goes out follows the grammar. */
class StreamGrammarProperties {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REQUEST = """
            {"model": "claude-opus-4-5", "max_tokens": 100, "stream": true,
             "messages": [{"role": "user", "content": "Hi"}],
             "tools": [{"name": "Read", "input_schema": {"type": "object", "required": ["file_path"]}}]}""";

    @Property
    void anyChunksInAnyOrderGiveAValidStream(@ForAll("chunks") List<String> chunks) {
        assertThat(ClaudeGrammar.check(events(chunks), ToolInput.MAY_BE_BROKEN)).isEmpty();
    }

    @Property
    void nothingIsLostAndNothingChangesPlaces(@ForAll("pieces") List<String> pieces) throws IOException {
        List<String> chunks = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        StringBuilder thought = new StringBuilder();
        List<String> calls = new ArrayList<>();
        for (String piece : pieces) {
            String word = piece + chunks.size();
            ObjectNode chunk = chunk();
            ObjectNode delta = chunk.withObject("/choices/0/delta");
            switch (piece) {
                case "text" -> {
                    delta.put("content", word);
                    text.append(word);
                }
                case "thought" -> {
                    delta.put("reasoning", word);
                    thought.append(word);
                }
                default -> {
                    ObjectNode call = delta.putArray("tool_calls").addObject();
                    call.put("index", calls.size()).put("id", word);
                    call.putObject("function").put("name", "Read").put("arguments", "{\"file_path\":\"" + word + "\"}");
                    calls.add(word);
                }
            }
            chunks.add(chunk.toString());
        }
        ObjectNode last = chunk();
        ((ObjectNode) last.at("/choices/0")).put("finish_reason", "stop");
        chunks.add(last.toString());
        JsonNode content = ClaudeGrammar.fold(events(chunks)).path("content");
        assertThat(join(content, "text", "text")).isEqualTo(text.toString());
        assertThat(join(content, "thinking", "thinking")).isEqualTo(thought.toString());
        assertThat(join(content, "tool_use", "id")).isEqualTo(String.join("", calls));
    }

    private static String join(JsonNode content, String type, String field) {
        StringBuilder joined = new StringBuilder();
        content.forEach(block -> {
            if (block.path("type").asText().equals(type)) {
                joined.append(block.path(field).asText());
            }
        });
        return joined.toString();
    }

    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries.of("text", "thought", "call").list().ofMaxSize(12);
    }

    @Property
    void aWholeAnswerIsTheFoldedStream(
            @ForAll("texts") String thought, @ForAll("texts") String text, @ForAll("calls") List<String> calls)
            throws IOException {
        String streamed = events(streamOf(thought, text, calls));
        JsonNode folded = ClaudeGrammar.fold(streamed);
        JsonNode whole = JSON.readTree(ClaudeJson.bytes(
                translation().message(messageOf(thought, text, calls).getBytes(StandardCharsets.UTF_8))));
        assertThat(whole.path("content")).isEqualTo(folded.path("content"));
        assertThat(whole.path("stop_reason")).isEqualTo(folded.path("stop_reason"));
        assertThat(whole.path("usage")).isEqualTo(folded.path("usage"));
    }

    private static Translation translation() {
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder().build();
        return translator.translate(translator.parse(REQUEST.getBytes(StandardCharsets.UTF_8)));
    }

    private static String events(List<String> chunks) {
        StringBuilder sse = new StringBuilder();
        StreamTranslation stream = translation().stream(event -> sse.append("event: ")
                .append(event.type())
                .append("\ndata: ")
                .append(new String(ClaudeJson.bytes(event), StandardCharsets.UTF_8))
                .append("\n\n"));
        try {
            chunks.forEach(stream::data);
            stream.end();
        } catch (ClaudeException e) {
            stream.fail(e.error());
        }
        return sse.toString();
    }

    private static List<String> streamOf(String thought, String text, List<String> calls) {
        ObjectNode first = chunk();
        first.withObject("/choices/0/delta").put("reasoning_content", thought);
        ObjectNode second = chunk();
        second.withObject("/choices/0/delta").put("content", text);
        ObjectNode third = chunk();
        third.withObject("/choices/0/delta").set("tool_calls", toolCalls(calls, true));
        ObjectNode last = chunk();
        ((ObjectNode) last.at("/choices/0")).put("finish_reason", "stop");
        last.set("usage", usage());
        return List.of(first.toString(), second.toString(), third.toString(), last.toString(), "[DONE]");
    }

    private static String messageOf(String thought, String text, List<String> calls) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode choice = answer.putArray("choices").addObject();
        choice.put("finish_reason", "stop");
        ObjectNode message = choice.putObject("message");
        message.put("reasoning_content", thought).put("content", text);
        message.set("tool_calls", toolCalls(calls, false));
        answer.set("usage", usage());
        return answer.toString();
    }

    private static ObjectNode chunk() {
        ObjectNode chunk = JsonNodeFactory.instance.objectNode();
        chunk.putArray("choices").addObject().put("index", 0).putObject("delta");
        return chunk;
    }

    private static ArrayNode toolCalls(List<String> calls, boolean indexed) {
        ArrayNode toolCalls = JsonNodeFactory.instance.arrayNode();
        for (String arguments : calls) {
            ObjectNode call = toolCalls.addObject();
            if (indexed) {
                call.put("index", toolCalls.size() - 1);
            }
            call.put("id", "call_" + toolCalls.size()).put("type", "function");
            call.putObject("function").put("name", "Read").put("arguments", arguments);
        }
        return toolCalls;
    }

    private static ObjectNode usage() {
        return JsonNodeFactory.instance.objectNode().put("prompt_tokens", 20).put("completion_tokens", 10);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("", "Hello", "a\nb \"c\"", "ünï \uD83D\uDE00", " x ", "<b>");
    }

    @Provide
    Arbitrary<List<String>> calls() {
        return Arbitraries.of("{}", "", "{\"file_path\":\"/a\",\"limit\":null}", "{\"file_path\":\"/b\"}")
                .list()
                .ofMaxSize(3);
    }

    @Provide
    Arbitrary<List<String>> chunks() {
        String delta = "{\"choices\":[{\"index\":0,\"delta\":%s}]}";
        return Arbitraries.of(
                        delta.formatted("{\"content\":\"word \"}"),
                        delta.formatted("{\"content\":\"\\n\"}"),
                        delta.formatted("{\"content\":\"\\ud83d\"}"),
                        delta.formatted("{\"content\":\"<think>\"}"),
                        delta.formatted("{\"content\":\"</think>\"}"),
                        delta.formatted("{\"content\":null,\"role\":\"assistant\"}"),
                        delta.formatted("null"),
                        delta.formatted("{\"reasoning\":\"hm \"}"),
                        delta.formatted("{\"reasoning\":\" \"}"),
                        delta.formatted("{\"refusal\":\"no\"}"),
                        call("\"index\":0,\"id\":\"a\"", "\"name\":\"Read\",\"arguments\":\"\""),
                        call("\"index\":0", "\"arguments\":\"{\\\"file_path\\\":\""),
                        call("\"index\":0", "\"arguments\":\"\\\"/a\\\"}\""),
                        call("\"index\":1,\"id\":\"b\"", "\"name\":\"Read\",\"arguments\":\"{}\""),
                        call("\"index\":1,\"id\":\"\"", "\"name\":\"\",\"arguments\":\" \""),
                        call("\"id\":\"c\"", "\"arguments\":{\"file_path\":\"/c\"}"),
                        call("\"index\":null", "\"name\":\"Write\""),
                        "{\"choices\":[]}",
                        "{\"choices\":null,\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}",
                        "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}",
                        "{\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}",
                        "{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}",
                        "{\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}",
                        "{\"error\":{\"message\":\"broken\"}}",
                        "[DONE]",
                        "not json")
                .list()
                .ofMaxSize(14);
    }

    private static String call(String head, String function) {
        return "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{" + head + ",\"function\":{" + function
                + "}}]}}]}";
    }
}
