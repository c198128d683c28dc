package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.sse.SseDecoder;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.SseText;
import io.github.claudecodeproxy.testkit.StreamEvent;
import io.github.claudecodeproxy.testkit.ToolInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What holds for every trip, whatever it shows. */
class TripInvariantsTest {

    @TestFactory
    Stream<DynamicTest> noSplitMatters() {
        return trips(trip -> trip.has("upstream.sse"), trip -> {
            Translation translation = trip.translation();
            byte[] upstream = trip.bytes("upstream.sse");
            String whole = stream(translation, upstream);
            int step = Math.max(1, upstream.length / 200);
            for (int cut = 1; cut < upstream.length; cut += step) {
                assertThat(stream(translation, upstream, cut)).isEqualTo(whole);
            }
            Random random = new Random(upstream.length);
            for (int times = 0; times < 20; times++) {
                int longest = 1 + random.nextInt(80);
                int[] lengths = random.ints(upstream.length, 1, longest + 1).toArray();
                assertThat(stream(translation, upstream, lengths)).isEqualTo(whole);
            }
        });
    }

    /** A response whose last event did not come whole is not whole, unless a stop of ours has ended it before. */
    @TestFactory
    Stream<DynamicTest> noCutResponseIsWhole() {
        return trips(trip -> trip.has("upstream.sse") && trip.onResponses(), trip -> {
            Translation translation = trip.translation();
            byte[] upstream = trip.text("upstream.sse").strip().getBytes(StandardCharsets.UTF_8);
            boolean stops = trip.has("claude-events.sse") && cutOff(trip, folded(trip));
            int step = Math.max(1, upstream.length / 400);
            for (int length = 0; length < upstream.length; length++) {
                boolean line = length > 0 && upstream[length - 1] == '\n';
                if (!line && length % step != 0) {
                    continue;
                }
                String cut = stream(translation, Arrays.copyOf(upstream, length));
                if (stops && cut.contains("message_stop")) {
                    return;
                }
                assertThat(cut).as("%s bytes", length).doesNotContain("message_stop");
                if (cut.startsWith("event: ")) {
                    assertThat(cut).as("%s bytes", length).contains("event: error\n");
                }
                if (line && cut.startsWith("event: ")) {
                    assertThat(ClaudeGrammar.check(cut, ToolInput.MAY_BE_BROKEN))
                            .as("%s bytes", length)
                            .isEmpty();
                }
            }
        });
    }

    /** What fails in the end fails alike where the whole response comes at once. */
    @TestFactory
    Stream<DynamicTest> aFailedResponseIsTheFailedStream() {
        return trips(TripInvariantsTest::fails, trip -> {
            byte[] response = response(trip).toString().getBytes(StandardCharsets.UTF_8);
            ClaudeError whole = catchThrowableOfType(
                            ClaudeException.class, () -> trip.translation().message(response))
                    .error();
            String streamed = stream(trip.translation(), trip.bytes("upstream.sse"));
            if (streamed.startsWith("event: ")) {
                assertThat(streamed.substring(streamed.lastIndexOf("event: ")))
                        .startsWith("event: error")
                        .contains(whole.type().wireName(), whole.message());
            } else {
                assertThat(streamed).isEqualTo(String.valueOf(whole));
            }
        });
    }

    private static boolean fails(Trip trip) {
        return trip.has("upstream.sse")
                && trip.onResponses()
                && response(trip).path("status").asText().equals("failed");
    }

    /** The events of pieces of these lengths and the rest; ids of ours are masked. */
    private static String stream(Translation translation, byte[] upstream, int... lengths) {
        StringBuilder sse = new StringBuilder();
        StreamTranslation stream = translation.stream(event -> Trip.append(event, sse));
        try {
            SseDecoder decoder = Trip.decoder(stream);
            int from = 0;
            for (int length : lengths) {
                int to = Math.min(from + length, upstream.length);
                decoder.accept(ByteBuffer.wrap(upstream, from, to - from));
                from = to;
            }
            decoder.accept(ByteBuffer.wrap(upstream, from, upstream.length - from));
            decoder.end();
            stream.end();
        } catch (ClaudeException e) {
            sse.append(e.error());
        }
        return masked(sse.toString());
    }

    /** Without the ids that are new each time. */
    private static String masked(String json) {
        return json.replaceAll("\"(msg|toolu)_[0-9a-f]{24}\"", "\"$1_*\"");
    }

    @TestFactory
    Stream<DynamicTest> aRequestTranslatedTwiceIsTheSame() {
        return trips(
                trip -> trip.has("openai-request.json"),
                trip -> assertThat(trip.translation(trip.translator()).body())
                        .isEqualTo(trip.translation(trip.translator()).body()));
    }

    @TestFactory
    Stream<DynamicTest> aWholeAnswerIsTheFoldedStream() {
        return trips(TripInvariantsTest::ends, trip -> {
            JsonNode folded = folded(trip);
            if (cut(folded.path("content"))) {
                return;
            }
            JsonNode whole = whole(trip);
            if (trip.onResponses() && !cutOff(trip, folded)) {
                assertThat(masked(whole.path("content").toString()))
                        .isEqualTo(masked(folded.path("content").toString()));
            }
            assertThat(masked(inOrder(whole.path("content")))).isEqualTo(masked(inOrder(folded.path("content"))));
            boolean cutOff = cutOff(trip, folded);
            for (String member : List.of("stop_reason", "stop_sequence", "stop_details", "usage")) {
                if (cutOff && member.equals("usage")) {
                    continue;
                }
                assertThat(whole.path(member)).as(member).isEqualTo(folded.path(member));
            }
        });
    }

    /** Whether a stream was cut off at a stop sequence: what would have followed, token counts too, never comes. */
    private static boolean cutOff(Trip trip, JsonNode folded) {
        return folded.path("stop_reason").asText().equals("stop_sequence")
                && trip.translation().request().stop() == null;
    }

    /** Streams so confused that there is no answer of which they could be the pieces. */
    private static final Set<String> CONFUSED = Set.of(
            "T08-no-ids-and-no-indexes",
            "T18-arguments-repeated-without-end",
            "T19-arguments-restated-at-the-end",
            "T19-placeholder-before-the-arguments",
            "T12-model-says-the-long-name",
            "res-calls-cerebras-call-repeated",
            "res-calls-mistral-null-index",
            "res-calls-name-never-comes",
            "res-half-a-character",
            "res-message-for-a-delta",
            "resp-phase-late");

    /** A stream that ends as an answer does, with arguments that are JSON. */
    private static boolean ends(Trip trip) {
        return !CONFUSED.contains(trip.toString())
                && trip.has("upstream.sse")
                && trip.has("claude-events.sse")
                && trip.text("claude-events.sse").contains("event: message_stop")
                && !trip.description().path("arguments").asText().equals("invalid");
    }

    /** Whether the stream was cut within the arguments of a call. */
    private static boolean cut(JsonNode content) {
        for (JsonNode block : content) {
            if (block.path("input").isTextual()) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode folded(Trip trip) {
        return ClaudeGrammar.fold(trip.stream(trip.bytes("upstream.sse"), Integer.MAX_VALUE));
    }

    private static JsonNode whole(Trip trip) throws IOException {
        JsonNode said = trip.onResponses() ? response(trip) : WholeAnswer.of(trip.bytes("upstream.sse"));
        byte[] answer = said.toString().getBytes(StandardCharsets.UTF_8);
        return ClaudeJson.mapper().readTree(ClaudeJson.bytes(trip.translation().message(answer)));
    }

    /** A stream of the Responses API ends with the whole response. */
    private static JsonNode response(Trip trip) {
        List<StreamEvent> events = SseText.parse(trip.text("upstream.sse")).events();
        return events.get(events.size() - 1).data().path("response");
    }

    /** A whole answer says neither what came first nor where a text was interrupted. */
    private static String inOrder(JsonNode content) {
        ArrayNode ordered = JsonNodeFactory.instance.arrayNode();
        for (String type : List.of("thinking", "redacted_thinking", "text", "tool_use")) {
            JsonNode before = null;
            for (JsonNode block : content) {
                if (!block.path("type").asText().equals(type)) {
                    continue;
                }
                if (before instanceof ObjectNode open && open.has(type) && block.has(type)) {
                    open.put(type, open.path(type).asText() + block.path(type).asText());
                } else {
                    before = block.deepCopy();
                    ordered.add(before);
                }
            }
        }
        return ordered.toString();
    }

    /** What a provider said comes back to it when the client repeats it in the next turn. */
    @TestFactory
    Stream<DynamicTest> whatCameGoesBack() {
        return trips(TripInvariantsTest::ends, trip -> {
            if (trip.onResponses()) {
                itemsGoBack(trip);
                return;
            }
            JsonNode said = WholeAnswer.of(trip.bytes("upstream.sse")).at("/choices/0/message");
            JsonNode folded = folded(trip);
            JsonNode content = folded.path("content");
            if (content.isEmpty() || cut(content) || cutOff(trip, folded) || said.has("function_call")) {
                return;
            }
            JsonNode repeated = repeated(trip, content);
            if (callsWereText(trip)) {
                // They come back as the calls that they were meant to be.
                assertThat(repeated.path("tool_calls")).isNotEmpty();
                return;
            }
            calls(repeated.path("tool_calls"), said.path("tool_calls"));
            for (String member : List.of("reasoning", "reasoning_content", "reasoning_details")) {
                if (repeated.has(member) && said.has(member)) {
                    assertThat(repeated.path(member)).as(member).isEqualTo(said.path(member));
                }
            }
        });
    }

    /** Thoughts, texts and calls in their order; a thought without what it belongs to stays behind. */
    private static void itemsGoBack(Trip trip) throws IOException {
        List<String> said = new ArrayList<>();
        JsonNode before = JsonNodeFactory.instance.missingNode();
        for (JsonNode item : response(trip).path("output")) {
            String phase = phases(trip) ? item.path("phase").asText() : "";
            if (item.path("type").asText().equals("message")
                    && item.path("type").equals(before.path("type"))
                    && phase.isEmpty()
                    && !(phases(trip) && before.has("phase"))) {
                // Two in a row are paragraphs of one.
                said.add(said.remove(said.size() - 1) + "\n\n"
                        + item.at("/content/0/text").asText());
            } else if (KNOWN_ITEMS.contains(item.path("type").asText())) {
                said.add(heart(item, phase));
            }
            before = item;
        }
        if (!said.isEmpty() && said.get(said.size() - 1).startsWith("reasoning")) {
            said.remove(said.size() - 1);
        }
        JsonNode folded = folded(trip);
        // What was searched for goes back as a text.
        boolean searched = said.stream().anyMatch(item -> item.startsWith("web_search_call"));
        if (said.isEmpty() || searched || cutOff(trip, folded)) {
            return;
        }
        List<String> sent = new ArrayList<>();
        body(trip, folded.path("content")).path("input").forEach(item -> {
            if (!item.path("role").asText().equals("user")
                    && !item.path("type").asText().endsWith("_output")) {
                sent.add(heart(item, item.path("phase").asText()));
            }
        });
        assertThat(sent).isEqualTo(said);
    }

    private static final Set<String> KNOWN_ITEMS = Set.of("message", "reasoning", "function_call", "web_search_call");

    /** Whether what the provider said of its messages reached the client. */
    private static boolean phases(Trip trip) {
        JsonNode thinking = trip.json("claude-request.json").path("thinking");
        return !thinking.path("type").asText().equals("disabled");
    }

    /** What must be the same of an item that goes back. */
    private static String heart(JsonNode item, String phase) {
        JsonNode part = item.at("/content/0");
        JsonNode arguments = item.path("arguments");
        return String.join(
                " ",
                item.path("type").asText(),
                phase,
                item.path("encrypted_content").asText(),
                item.path("call_id").asText(),
                item.path("name").asText(),
                arguments.isObject() ? arguments.toString() : arguments.asText(),
                item.path("content").asText()
                        + part.path("text").asText()
                        + part.path("refusal").asText());
    }

    private static boolean callsWereText(Trip trip) {
        return trip.description().path("diagnostics").toString().contains("\"answer_changed content\"");
    }

    /** Ids of the provider's, unless they are missing or of no use; names and arguments always. */
    private static void calls(JsonNode repeated, JsonNode said) throws IOException {
        assertThat(repeated).hasSize(said.size());
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < said.size(); i++) {
            String id = said.get(i).path("id").asText();
            if (!id.isEmpty() && ids.add(id)) {
                assertThat(repeated.get(i).path("id").asText()).isEqualTo(id);
            }
            assertThat(repeated.get(i).at("/function/name"))
                    .isEqualTo(said.get(i).at("/function/name"));
            assertThat(arguments(repeated.get(i))).isEqualTo(arguments(said.get(i)));
        }
    }

    /** Nulls are left out, because the client gets none of a parameter that need not be there. */
    private static JsonNode arguments(JsonNode call) throws IOException {
        JsonNode text = call.at("/function/arguments");
        JsonNode arguments = text.isTextual() ? ClaudeJson.mapper().readTree(text.textValue()) : text;
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        arguments.properties().forEach(member -> {
            if (!member.getValue().isNull()) {
                object.set(member.getKey(), member.getValue());
            }
        });
        return object;
    }

    /** The next request, in which the assistant has said this. */
    private static JsonNode body(Trip trip, JsonNode content) throws IOException {
        byte[] request = trip.folder().request(other -> new Trip(other).answer());
        ObjectNode next = (ObjectNode) ClaudeJson.mapper().readTree(request);
        ArrayNode messages = next.withArray("messages");
        messages.addObject().put("role", "assistant").set("content", content);
        ArrayNode results = messages.addObject().put("role", "user").putArray("content");
        for (JsonNode block : content) {
            if (block.path("type").asText().equals("tool_use")) {
                ObjectNode result = results.addObject().put("type", "tool_result");
                result.set("tool_use_id", block.path("id"));
                result.put("content", "done");
            }
        }
        results.addObject().put("type", "text").put("text", "Go on.");
        ClaudeOpenAiTranslator translator = trip.translator();
        byte[] body = translator
                .translate(translator.parse(next.toString().getBytes(StandardCharsets.UTF_8)))
                .body();
        return ClaudeJson.mapper().readTree(body);
    }

    /** The assistant's message in the next request. */
    private static JsonNode repeated(Trip trip, JsonNode content) throws IOException {
        JsonNode sent = body(trip, content).path("messages");
        for (int i = sent.size() - 1; i >= 0; i--) {
            if (sent.get(i).path("role").asText().equals("assistant")) {
                return sent.get(i);
            }
        }
        return JsonNodeFactory.instance.missingNode();
    }

    private interface Check {
        void run(Trip trip) throws IOException;
    }

    private static Stream<DynamicTest> trips(Predicate<Trip> wanted, Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Trip trip : Trip.all()) {
            if (wanted.test(trip)) {
                tests.add(DynamicTest.dynamicTest(
                        trip.toString(), () -> assertAll(trip.toString(), () -> check.run(trip))));
            }
        }
        return tests.stream();
    }
}
