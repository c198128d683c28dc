package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.ProviderProfile.Api;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.sse.SseDecoder;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.ToolInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever items a response has, and however its bytes are cut. */
class ResponsesStreamProperties {

    private static final String REQUEST = """
            {"model": "claude-opus-4-5", "max_tokens": 100, "stream": true, "thinking": {"type": "adaptive"},
             "messages": [{"role": "user", "content": "Hi"}],
             "tools": [{"name": "Read", "input_schema": {"type": "object", "required": ["file_path"]}}]}""";

    private final Translation translation = translation();

    private static Translation translation() {
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder()
                .profile(Providers.builtIn().named("openai").orElseThrow().withApi(Api.RESPONSES))
                .models(ModelMapper.tiers("gpt-5.6-sol", "gpt-5.6-sol", "gpt-5.6-sol"))
                .stateSecret("the same for all")
                .build();
        return translator.translate(translator.parse(REQUEST.getBytes(StandardCharsets.UTF_8)));
    }

    @Property(tries = 300)
    void aWholeResponseIsTheFoldedStream(@ForAll("items") List<ObjectNode> items) throws IOException {
        String events = events(stream(items), new int[0]);
        assertThat(ClaudeGrammar.check(events, ToolInput.MUST_PARSE)).isEmpty();
        JsonNode folded = ClaudeGrammar.fold(events);
        JsonNode whole = ClaudeJson.mapper()
                .readTree(ClaudeJson.bytes(
                        translation.message(response(items).toString().getBytes(StandardCharsets.UTF_8))));
        for (String member : List.of("content", "stop_reason", "usage")) {
            assertThat(whole.path(member)).as(member).isEqualTo(folded.path(member));
        }
    }

    @Property(tries = 300)
    void noSplitOfTheBytesMatters(
            @ForAll("items") List<ObjectNode> items,
            @ForAll @Size(max = 40) List<@IntRange(min = 1, max = 200) Integer> lengths) {
        byte[] bytes = stream(items);
        JsonNode whole = ClaudeGrammar.fold(events(bytes, new int[0])).path("content");
        int[] cuts = lengths.stream().mapToInt(Integer::intValue).toArray();
        assertThat(ClaudeGrammar.fold(events(bytes, cuts)).path("content")).isEqualTo(whole);
    }

    @Property(tries = 300)
    void aCutStreamIsNeverAWholeAnswer(
            @ForAll("items") List<ObjectNode> items, @ForAll @IntRange(max = 999) int permille) {
        byte[] bytes = stream(items);
        // Without the blank line the last event is whole, too.
        int whole = bytes.length - "\n\n".length();
        String events = events(Arrays.copyOf(bytes, whole * permille / 1000), new int[0]);
        assertThat(events).doesNotContain("message_stop").contains("event: error");
        assertThat(ClaudeGrammar.check(events, ToolInput.MAY_BE_BROKEN)).isEmpty();
    }

    @Property(tries = 300)
    void twiceTheSameIsTheSame(@ForAll("items") List<ObjectNode> items) {
        byte[] bytes = stream(items);
        String ownId = "msg_[0-9a-f]{24}";
        assertThat(events(bytes, new int[0]).replaceAll(ownId, "*"))
                .isEqualTo(events(bytes, new int[0]).replaceAll(ownId, "*"));
    }

    @Property
    void anyEventsInAnyOrderGiveAValidStream(@ForAll("confusion") List<String> events) {
        StringBuilder sse = new StringBuilder();
        StreamTranslation stream = translation.stream(event -> Trip.append(event, sse));
        try {
            events.forEach(stream::data);
            stream.end();
        } catch (ClaudeException e) {
            stream.fail(e.error());
        }
        assertThat(ClaudeGrammar.check(sse.toString(), ToolInput.MAY_BE_BROKEN)).isEmpty();
    }

    @Provide
    Arbitrary<List<String>> confusion() {
        String added = "{\"type\":\"response.output_item.added\",\"output_index\":%s,\"item\":%s}";
        String done = "{\"type\":\"response.output_item.done\",\"output_index\":%s,\"item\":%s}";
        String delta = "{\"type\":\"response.%s\",\"output_index\":%s,\"delta\":%s}";
        String ended = "{\"type\":\"response.%s\",\"response\":%s}";
        String call = "{\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"Read\",\"arguments\":\"{}\"}";
        String thought = "{\"type\":\"reasoning\",\"summary\":[{\"text\":\"hm\"}],\"encrypted_content\":\"enc-1\"}";
        String message = "{\"type\":\"message\",\"content\":[{\"text\":\"Hi\"},{\"refusal\":\"no\"}]}";
        String search =
                "{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"action\":{\"type\":\"search\",\"query\":\"q\"}}";
        return Arbitraries.of(
                        added.formatted(0, message),
                        added.formatted(1, call),
                        added.formatted(1, "{\"type\":\"function_call\"}"),
                        added.formatted(2, call.replace("call_1", "")),
                        added.formatted(3, thought),
                        added.formatted(-1, "null"),
                        added.formatted("null", "[]"),
                        done.formatted(0, message),
                        done.formatted(1, call),
                        done.formatted(2, call.replace("\"{}\"", "{\"file_path\":\"/a\"}")),
                        done.formatted(3, thought),
                        done.formatted(4, search),
                        done.formatted(-7, "{\"type\":7,\"content\":{}}"),
                        delta.formatted("output_text.delta", 0, "\"word \""),
                        delta.formatted("output_text.delta", 0, "\"\\ud83d\""),
                        delta.formatted("output_text.delta", 5, "\"\\n\""),
                        delta.formatted("output_text.delta", "null", "null"),
                        delta.formatted("refusal.delta", 0, "\"no\""),
                        delta.formatted("reasoning_summary_text.delta", 3, "\"hm \""),
                        delta.formatted("reasoning_text.delta", 3, "\" \""),
                        delta.formatted("function_call_arguments.delta", 1, "\"{\\\"file_path\\\":\""),
                        delta.formatted("function_call_arguments.delta", 2, "\"\\\"/a\\\"}\""),
                        delta.formatted("function_call_arguments.delta", 9, "{}"),
                        "{\"type\":\"response.function_call_arguments.done\",\"output_index\":1,\"arguments\":\"{}\"}",
                        ended.formatted("created", "{}"),
                        ended.formatted("completed", response(List.of())),
                        ended.formatted("completed", "null"),
                        ended.formatted("incomplete", "{\"status\":\"incomplete\"}"),
                        ended.formatted("failed", "{\"error\":null}"),
                        "{\"type\":\"error\",\"message\":\"broken\"}",
                        "{\"error\":{\"message\":\"broken\"}}",
                        "{\"output\":[" + call + "," + message + "]}",
                        "[]",
                        "[DONE]",
                        "not json")
                .list()
                .ofMaxSize(14);
    }

    private String events(byte[] bytes, int[] lengths) {
        StringBuilder sse = new StringBuilder();
        StreamTranslation stream = translation.stream(event -> Trip.append(event, sse));
        try {
            SseDecoder decoder = Trip.decoder(stream);
            int from = 0;
            for (int length : lengths) {
                int to = Math.min(from + length, bytes.length);
                decoder.accept(ByteBuffer.wrap(bytes, from, to - from));
                from = to;
            }
            decoder.accept(ByteBuffer.wrap(bytes, from, bytes.length - from));
            decoder.end();
            stream.end();
        } catch (ClaudeException e) {
            stream.fail(e.error());
        }
        return sse.toString();
    }

    @Provide
    Arbitrary<List<ObjectNode>> items() {
        // A block is never begun for white space.
        Arbitrary<String> texts = Arbitraries.strings()
                .withChars("ab \n\"\\é漢")
                .withCharRange('c', 'z')
                .ofMaxLength(12)
                .map(text -> "x" + text);
        Arbitrary<ObjectNode> messages = Combinators.combine(texts, Arbitraries.of("", "commentary", "final_answer"))
                .as(ResponsesStreamProperties::message);
        Arbitrary<ObjectNode> thoughts = Combinators.combine(
                        texts.list().ofMaxSize(3), Arbitraries.of("", "enc-1", "enc-2"))
                .as(ResponsesStreamProperties::thought);
        Arbitrary<ObjectNode> calls = texts.map(ResponsesStreamProperties::call);
        return Arbitraries.oneOf(messages, thoughts, calls).list().ofMaxSize(8);
    }

    private static ObjectNode message(String text, String phase) {
        ObjectNode item = item("message").put("role", "assistant");
        item.putArray("content").addObject().put("type", "output_text").put("text", text);
        return phase.isEmpty() ? item : item.put("phase", phase);
    }

    private static ObjectNode thought(List<String> parts, String encrypted) {
        ObjectNode item = item("reasoning");
        ArrayNode summary = item.putArray("summary");
        parts.forEach(part -> summary.addObject().put("type", "summary_text").put("text", part));
        return encrypted.isEmpty() ? item : item.put("encrypted_content", encrypted);
    }

    private static ObjectNode call(String value) {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode().put("file_path", value);
        return item("function_call")
                .put("call_id", "call_" + Integer.toHexString(value.hashCode()))
                .put("name", "Read")
                .put("arguments", arguments.toString());
    }

    private static ObjectNode item(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static ObjectNode response(List<ObjectNode> items) {
        ObjectNode response = JsonNodeFactory.instance.objectNode();
        response.put("object", "response").put("status", "completed").putNull("error");
        response.putArray("output").addAll(items);
        response.putObject("usage").put("input_tokens", 12).put("output_tokens", 5);
        return response;
    }

    private static byte[] stream(List<ObjectNode> items) {
        StringBuilder sse = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            ObjectNode item = items.get(i);
            append(event("response.output_item.added", i).set("item", begun(item)), sse);
            pieces(item, i).forEach(piece -> append(piece, sse));
            append(event("response.output_item.done", i).set("item", item), sse);
        }
        append(event("response.completed", 0).set("response", response(items)), sse);
        return sse.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode event(String type, int index) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("output_index", index);
    }

    private static void append(ObjectNode event, StringBuilder sse) {
        sse.append("event: ").append(event.path("type").asText());
        sse.append("\ndata: ").append(event).append("\n\n");
    }

    private static ObjectNode begun(ObjectNode item) {
        ObjectNode begun = item.deepCopy();
        begun.remove(List.of("content", "summary", "encrypted_content"));
        return begun.has("arguments") ? begun.put("arguments", "") : begun;
    }

    private static List<ObjectNode> pieces(ObjectNode item, int index) {
        List<ObjectNode> pieces = new ArrayList<>();
        for (String half : halves(item.path("arguments").asText())) {
            pieces.add(event("response.function_call_arguments.delta", index).put("delta", half));
        }
        for (JsonNode part : item.path("content")) {
            for (String half : halves(part.path("text").asText())) {
                pieces.add(event("response.output_text.delta", index).put("delta", half));
            }
        }
        for (int part = 0; part < item.path("summary").size(); part++) {
            for (String half :
                    halves(item.path("summary").get(part).path("text").asText())) {
                pieces.add(event("response.reasoning_summary_text.delta", index)
                        .put("summary_index", part)
                        .put("delta", half));
            }
        }
        return pieces;
    }

    private static List<String> halves(String text) {
        int middle = text.length() / 2;
        return text.isEmpty() ? List.of() : List.of(text.substring(0, middle), text.substring(middle));
    }
}
