package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.testkit.ChatDialect;
import io.github.claudecodeproxy.testkit.ChatRequestCheck;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.Expected;
import io.github.claudecodeproxy.testkit.ToolInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
    Stream<DynamicTest> healedRequests() {
        return trips("openai-request-healed.json", trip -> {
            assertThat(trip.folder().is("heals")).isTrue();
            JsonNode sent = JSON.readTree(trip.healed().body());
            Expected.same(sent, trip.json("openai-request-healed.json"), trip + ": second request to the upstream");
        });
    }

    @TestFactory
    Stream<DynamicTest> everyRequestIsWhatItsProviderTakes() {
        return trips("openai-request.json", trip -> {
            if (trip.onResponses()) {
                // SdkTripTest has OpenAI's library read these.
                return;
            }
            String sent = new String(trip.translation().body(), StandardCharsets.UTF_8);
            assertThat(ChatRequestCheck.check(
                            sent, ChatDialect.named(trip.folder().provider())))
                    .as("%s, as %s would see it: %s", trip, trip.folder().provider(), sent)
                    .isEmpty();
        });
    }

    @TestFactory
    Stream<DynamicTest> streams() {
        return trips("claude-events.sse", trip -> {
            String whole = trip.has("upstream.sse")
                    ? trip.stream(trip.bytes("upstream.sse"), Integer.MAX_VALUE)
                    : withoutAnswer(trip);
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
                        Expected.events(trip.stream(upstream, 1)),
                        Expected.events(trip.text("claude-events.sse")),
                        trip + ": events, byte by byte");
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> messages() {
        return trips("claude-message.json", trip -> {
            ClaudeMessage answer = message(trip);
            JsonNode message = JSON.readTree(ClaudeJson.bytes(answer));
            Expected.same(message, trip.json("claude-message.json"), trip + ": message");
            assertThat(ClaudeGrammar.checkMessage(message)).isEmpty();
        });
    }

    private static ClaudeMessage message(Trip trip) {
        Translation translation = trip.folder().is("heals") ? trip.healed() : trip.translation();
        assertThat(translation.local()).isEqualTo(trip.folder().is("local"));
        if (translation.local()) {
            return translation.localMessage();
        }
        return trip.has("openai-response.json")
                ? translation.message(trip.bytes("openai-response.json"))
                : translation
                        .refusal(trip.description().path("status").asInt(), trip.bytes("upstream-error.json"))
                        .orElseThrow();
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
            Translation translation = trip.translation();
            if (trip.has("upstream.sse")) {
                Trip.stream(translation, trip.bytes("upstream.sse"), Integer.MAX_VALUE);
            } else if (trip.has("openai-response.json")) {
                translation.message(trip.bytes("openai-response.json"));
            } else if (trip.description().has("status")) {
                String file = trip.has("upstream-error.json") ? "upstream-error.json" : "upstream-error.txt";
                return translation.error(trip.folder().status(), trip.folder().upstreamHeaders(), trip.bytes(file));
            }
        } catch (ClaudeException e) {
            return e.error();
        }
        throw new AssertionError("no error");
    }

    @TestFactory
    Stream<DynamicTest> losses() {
        return trips("case.json", trip -> {
            Set<String> expected = new TreeSet<>();
            trip.description().path("diagnostics").forEach(loss -> expected.add(loss.asText()));
            if (!expected.isEmpty() || trip.folder().is("no_diagnostics")) {
                List<String> found = diagnostics(trip);
                assertThat(found).containsAll(expected);
                assertThat(found.isEmpty() || !trip.folder().is("no_diagnostics"))
                        .as(found.toString())
                        .isTrue();
            }
        });
    }

    private static List<String> diagnostics(Trip trip) {
        Translation translation = trip.translation();
        try {
            if (trip.has("upstream.sse")) {
                Trip.stream(translation, trip.bytes("upstream.sse"), Integer.MAX_VALUE);
            } else if (trip.has("openai-response.json")) {
                translation.message(trip.bytes("openai-response.json"));
            }
        } catch (ClaudeException expectedElsewhere) {
            assertThat(trip.has("claude-error.json")).isTrue();
        }
        return translation.diagnostics().stream()
                .map(loss -> loss.kind().wireName() + " " + loss.field())
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> everyTripSaysWhatItIs() {
        return trips("case.json", trip -> {
            JsonNode description = trip.description();
            for (String member : List.of("id", "title", "shows")) {
                assertThat(description.path(member).asText()).as(member).isNotBlank();
            }
            assertThat(description.path("references").isArray()).isTrue();
            description
                    .path("references")
                    .forEach(reference -> assertThat(reference.asText()).isNotBlank());
            assertThat(trip + "-").startsWith(description.path("id").asText() + "-");
            assertThat(trip.has("claude-request.json")).isTrue();
        });
    }

    /** A local answer, or a refusal that the upstream said by an error. */
    private static String withoutAnswer(Trip trip) {
        StringBuilder sse = new StringBuilder();
        Translation translation = trip.translation();
        assertThat(translation.local()).isEqualTo(trip.folder().is("local"));
        if (translation.local()) {
            translation.answerLocally(event -> Trip.append(event, sse));
            return sse.toString();
        }
        int status = trip.description().path("status").asInt();
        assertThat(translation.refusal(status, trip.bytes("upstream-error.json"), event -> Trip.append(event, sse)))
                .isTrue();
        return sse.toString();
    }

    private interface Check {
        void run(Trip trip) throws IOException;
    }

    private static Stream<DynamicTest> trips(String file, Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Trip trip : Trip.all()) {
            if (trip.has(file)) {
                tests.add(DynamicTest.dynamicTest(
                        trip.toString(), () -> assertAll(trip.toString(), () -> check.run(trip))));
            }
        }
        // A chosen trip need not have every file.
        assertThat(tests.isEmpty() && Trip.CHOSEN.isEmpty()).isFalse();
        return tests.stream();
    }
}
