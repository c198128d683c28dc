package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.sse.SseDecoder;
import io.github.claudecodeproxy.testkit.ChatDialect;
import io.github.claudecodeproxy.testkit.ChatRequestCheck;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.ToolInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Makes every trip under {@code trips/}: the request out, and the answer back in every split of its bytes. */
class TripTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> requests() {
        return trips("openai-request.json", trip -> {
            JsonNode sent = JSON.readTree(trip.translation().body());
            Expected.same(sent, trip.json("openai-request.json"), trip + ": request to the upstream");
            assertThat(trip.translation().body()).isEqualTo(trip.translation().body());
        });
    }

    @TestFactory
    Stream<DynamicTest> everyRequestIsWhatItsProviderTakes() {
        return trips("openai-request.json", trip -> {
            String sent = new String(trip.translation().body(), StandardCharsets.UTF_8);
            assertThat(ChatRequestCheck.check(sent, ChatDialect.named(trip.provider())))
                    .as("%s, as %s would see it: %s", trip, trip.provider(), sent)
                    .isEmpty();
        });
    }

    @TestFactory
    Stream<DynamicTest> streams() {
        return trips("claude-events.sse", trip -> {
            String whole = trip.has("upstream.sse")
                    ? stream(trip, trip.bytes("upstream.sse"), Integer.MAX_VALUE)
                    : refusal(trip);
            Expected.same(Expected.events(whole), Expected.events(trip.text("claude-events.sse")), trip + ": events");
            ToolInput input = trip.description().path("arguments").asText().equals("invalid")
                    ? ToolInput.MAY_BE_BROKEN
                    : ToolInput.MUST_PARSE;
            assertThat(ClaudeGrammar.check(whole, input)).isEmpty();
        });
    }

    @TestFactory
    Stream<DynamicTest> streamsByteByByte() {
        return trips("upstream.sse", trip -> {
            if (trip.has("claude-error.json")) {
                return;
            }
            for (String lineEnd : List.of("\n", "\r\n", "\r")) {
                byte[] upstream =
                        trip.text("upstream.sse").replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
                Expected.same(
                        Expected.events(stream(trip, upstream, 1)),
                        Expected.events(trip.text("claude-events.sse")),
                        trip + ": events, byte by byte");
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> messages() {
        return trips("claude-message.json", trip -> {
            ClaudeMessage answer = trip.has("openai-response.json")
                    ? trip.translation().message(trip.bytes("openai-response.json"))
                    : trip.translation()
                            .refusal(trip.description().path("status").asInt(), trip.bytes("upstream-error.json"))
                            .orElseThrow();
            JsonNode message = JSON.readTree(ClaudeJson.bytes(answer));
            Expected.same(message, trip.json("claude-message.json"), trip + ": message");
        });
    }

    @TestFactory
    Stream<DynamicTest> errors() {
        return trips("claude-error.json", trip -> {
            ClaudeError error = error(trip);
            ObjectNode actual = JSON.createObjectNode();
            actual.put("status", error.type().status());
            if (error.retryAfter() != null) {
                actual.put("retry-after", error.retryAfter());
            }
            if (error.shouldRetry() != null) {
                actual.put("x-should-retry", String.valueOf(error.shouldRetry()));
            }
            ObjectNode body = (ObjectNode) JSON.readTree(ClaudeJson.bytes(error.envelope(null)));
            body.remove("request_id");
            actual.set("body", body);
            Expected.same(actual, withoutRequestId(trip.json("claude-error.json")), trip + ": error");
        });
    }

    private static JsonNode withoutRequestId(JsonNode expected) {
        if (expected.path("body") instanceof ObjectNode body) {
            body.remove("request_id");
        }
        return expected;
    }

    private static ClaudeError error(Trip trip) {
        try {
            if (trip.has("upstream.sse")) {
                byte[] upstream = trip.bytes("upstream.sse");
                stream(trip, upstream, upstream.length);
            } else if (trip.has("openai-response.json")) {
                trip.translation().message(trip.bytes("openai-response.json"));
            } else {
                String file = trip.has("upstream-error.json") ? "upstream-error.json" : "upstream-error.txt";
                return trip.translation()
                        .error(trip.description().path("status").asInt(), trip.upstreamHeaders(), trip.bytes(file));
            }
        } catch (ClaudeException e) {
            return e.error();
        }
        throw new AssertionError("no error");
    }

    private static String refusal(Trip trip) {
        StringBuilder sse = new StringBuilder();
        int status = trip.description().path("status").asInt();
        assertThat(trip.translation().refusal(status, trip.bytes("upstream-error.json"), event -> append(event, sse)))
                .isTrue();
        return sse.toString();
    }

    private static String stream(Trip trip, byte[] upstream, int bytesPerRead) {
        StringBuilder sse = new StringBuilder();
        StreamTranslation stream = trip.translation().stream(event -> append(event, sse));
        SseDecoder decoder = new SseDecoder(1 << 20, (name, data, offset, length) -> {
            if ("error".equals(name)) {
                stream.error(data, offset, length);
            } else {
                stream.data(data, offset, length);
            }
        });
        int step = Math.min(bytesPerRead, upstream.length);
        for (int i = 0; i < upstream.length; i += step) {
            decoder.accept(ByteBuffer.wrap(upstream, i, Math.min(step, upstream.length - i)));
        }
        decoder.end();
        stream.end();
        return sse.toString();
    }

    private static void append(ClaudeEvent event, StringBuilder sse) {
        sse.append("event: ").append(event.type()).append("\ndata: ");
        sse.append(new String(ClaudeJson.bytes(event), StandardCharsets.UTF_8)).append("\n\n");
    }

    private interface Check {
        void run(Trip trip) throws IOException;
    }

    private static Stream<DynamicTest> trips(String file, Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Trip trip : Trip.all()) {
            if (trip.has(file)) {
                tests.add(DynamicTest.dynamicTest(trip.toString(), () -> check.run(trip)));
            }
        }
        // A chosen trip need not have every file.
        assertThat(tests.isEmpty() && Trip.CHOSEN.isEmpty()).isFalse();
        return tests.stream();
    }
}
