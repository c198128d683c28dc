package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.testkit.ChatDialect;
import io.github.claudecodeproxy.testkit.ChatRequestCheck;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** What a provider said in earlier turns comes back to it, whatever its ids, names and arguments look like. */
class RoundTripProperties {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One answer of a provider. */
    record Turn(String thought, String text, List<Call> calls) {}

    /** One call of a provider. */
    record Call(String id, String name, String arguments) {}

    @Property
    void earlierTurnsComeBack(@ForAll("turns") @Size(max = 4) List<Turn> turns) throws IOException {
        ObjectNode request = request();
        for (Turn turn : turns) {
            JsonNode content = answer(request, turn);
            ArrayNode messages = request.withArray("messages");
            messages.addObject().put("role", "assistant").set("content", content);
            messages.addObject().put("role", "user").set("content", results(content));
        }
        byte[] body = translate(request).body();
        assertThat(translate(request).body()).isEqualTo(body);
        assertThat(ChatRequestCheck.check(new String(body, StandardCharsets.UTF_8), ChatDialect.named("deepseek")))
                .isEmpty();
        JsonNode sent = JSON.readTree(body).path("messages");
        int turn = 0;
        for (JsonNode message : sent) {
            if (message.path("role").asText().equals("assistant")) {
                same(message, turns.get(turn++));
            }
        }
        assertThat(turn).isEqualTo(turns.size());
    }

    private static void same(JsonNode message, Turn turn) throws JsonProcessingException {
        assertThat(message.path("reasoning_content").asText()).isEqualTo(turn.thought());
        assertThat(message.path("content").asText("")).isEqualTo(turn.text());
        assertThat(message.path("tool_calls")).hasSize(turn.calls().size());
        for (int i = 0; i < turn.calls().size(); i++) {
            Call call = turn.calls().get(i);
            JsonNode sent = message.path("tool_calls").get(i);
            assertThat(sent.path("id").asText()).isEqualTo(call.id());
            assertThat(sent.at("/function/name").asText()).isEqualTo(call.name());
            assertThat(JSON.readTree(sent.at("/function/arguments").asText()))
                    .isEqualTo(JSON.readTree(call.arguments()));
        }
    }

    private static ObjectNode request() {
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("model", "claude-opus-4-5");
        request.put("max_tokens", 100).put("stream", true);
        request.putArray("messages").addObject().put("role", "user").put("content", "Hi");
        return request;
    }

    private static JsonNode results(JsonNode content) {
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        for (JsonNode block : content) {
            if (block.path("type").asText().equals("tool_use")) {
                ObjectNode result = results.addObject().put("type", "tool_result");
                result.set("tool_use_id", block.path("id"));
                result.put("content", "done");
            }
        }
        results.addObject().put("type", "text").put("text", "Go on.");
        return results;
    }

    private static JsonNode answer(ObjectNode request, Turn turn) {
        StringBuilder sse = new StringBuilder();
        StreamTranslation stream = translate(request).stream(event -> Trip.append(event, sse));
        try {
            ObjectNode first = chunk();
            first.withObject("/choices/0/delta").put("reasoning_content", turn.thought());
            stream.data(first.toString());
            ObjectNode second = chunk();
            second.withObject("/choices/0/delta").put("content", turn.text());
            stream.data(second.toString());
            for (Call call : turn.calls()) {
                ObjectNode third = chunk();
                ObjectNode part = third.withObject("/choices/0/delta")
                        .putArray("tool_calls")
                        .addObject();
                part.put("index", turn.calls().indexOf(call)).put("id", call.id());
                part.putObject("function").put("name", call.name()).put("arguments", call.arguments());
                stream.data(third.toString());
            }
            ObjectNode last = chunk();
            ((ObjectNode) last.at("/choices/0")).put("finish_reason", "stop");
            stream.data(last.toString());
            stream.end();
        } catch (ClaudeException e) {
            throw new AssertionError(e);
        }
        String events = sse.toString();
        assertThat(ClaudeGrammar.check(events)).isEmpty();
        return ClaudeGrammar.fold(events).path("content");
    }

    private static ObjectNode chunk() {
        ObjectNode chunk = JsonNodeFactory.instance.objectNode();
        chunk.putArray("choices").addObject().put("index", 0).putObject("delta");
        return chunk;
    }

    private static Translation translate(ObjectNode request) {
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder()
                .profile(Providers.builtIn().named("deepseek").orElseThrow())
                .build();
        return translator.translate(translator.parse(ClaudeJson.bytes(request)));
    }

    @Provide
    Arbitrary<List<Turn>> turns() {
        Arbitrary<String> words = Arbitraries.of("", "Hello", "a\nb \"c\"", "\u00fcn\u00ef \uD83D\uDE00", "<b>");
        return Combinators.combine(words, words, calls())
                .as(Turn::new)
                // an answer of nothing is no turn
                .filter(turn -> !turn.text().isEmpty() || !turn.calls().isEmpty())
                .list();
    }

    private static Arbitrary<List<Call>> calls() {
        Arbitrary<String> odd = Arbitraries.strings()
                .withChars("aB9_-.:/ |\u00e9")
                .ofMinLength(1)
                .ofMaxLength(70)
                .filter(id -> !id.isBlank());
        Arbitrary<String> ids = Arbitraries.oneOf(
                Arbitraries.of("call_0", "functions.Read:0", "toolu_w1_Y2FsbF8w", "toolu_x", "chatcmpl-tool-1"), odd);
        Arbitrary<String> names =
                Arbitraries.strings().withChars("aB9_-").ofMinLength(1).ofMaxLength(64);
        Arbitrary<String> arguments =
                Arbitraries.of("{}", "{\"a\":1}", "{\"b\":[true,\"x\"],\"a\":{\"c\":\"\u00e9\"}}", "{\"a\":\"{}\"}");
        return Combinators.combine(ids, names, arguments)
                .as(Call::new)
                .list()
                .uniqueElements(Call::id)
                .ofMaxSize(3);
    }
}
