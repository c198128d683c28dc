package io.github.claudecodeproxy.undertow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.core.ObjectMappers;
import com.anthropic.core.http.Headers;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.SseException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.Expected;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.ReplyBuilder;
import io.github.claudecodeproxy.testkit.Request;
import io.github.claudecodeproxy.testkit.ResponseEvents;
import io.github.claudecodeproxy.testkit.SseText;
import io.github.claudecodeproxy.testkit.StreamEvent;
import io.github.claudecodeproxy.testkit.TripFolder;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** One trip, made by the official client library through the whole proxy. */
final class SdkTrip {

    private static final ObjectMapper SDK = ObjectMappers.jsonMapper();

    private final TripFolder trip;
    private final SdkProxy proxy;

    SdkTrip(TripFolder trip, SdkProxy proxy) {
        this.trip = trip;
        this.proxy = proxy;
    }

    void run(byte[] request) throws IOException {
        int before = proxy.upstream().requests().size();
        answers();
        MessageCreateParams params = params(request);
        boolean streams = SDK.readTree(request).path("stream").booleanValue();
        if (trip.has("claude-error.json")) {
            refused(catchThrowableOfType(AnthropicException.class, () -> ask(params, streams)));
        } else if (breaks()) {
            broken(catchThrowableOfType(AnthropicException.class, () -> ask(params, streams)));
        } else {
            answered(ask(params, streams), streams);
        }
        List<Request> sent = proxy.upstream().requests();
        sent(sent.subList(before, sent.size()));
    }

    /** The content of the message that the client has in the end. */
    JsonNode answer(byte[] request) throws IOException {
        answers();
        return json(ask(params(request), SDK.readTree(request).path("stream").booleanValue()))
                .path("content");
    }

    /** What the upstream will say; a trip that heals is asked twice. */
    private void answers() {
        if (trip.has("upstream-error.txt")) {
            proxy.upstream().reply(reply(trip.status(), "text/html", "upstream-error.txt"));
        } else if (trip.has("upstream-error.json")) {
            proxy.upstream().reply(reply(trip.status(), "application/json", "upstream-error.json"));
        }
        if (trip.has("upstream.sse")) {
            proxy.upstream().reply(reply(200, "text/event-stream", "upstream.sse"));
        } else if (trip.has("openai-response.json")) {
            proxy.upstream().reply(reply(200, "application/json", "openai-response.json"));
        } else if (trip.has("openai-request.json") && (trip.is("heals") || trip.status() == 200)) {
            JsonNode last = trip.json(trip.is("heals") ? "openai-request-healed.json" : "openai-request.json");
            boolean streams = last.path("stream").booleanValue();
            if (last.has("input")) {
                proxy.upstream()
                        .reply(
                                streams
                                        ? Reply.sse(ResponseEvents.answer("Ok."))
                                        : Reply.json(200, ResponseEvents.response("Ok.")));
                return;
            }
            proxy.upstream()
                    .reply(streams ? Reply.sse(Chunks.answer("Ok.")) : Reply.json(200, Chunks.completion("Ok.")));
        }
    }

    private Reply reply(int status, String contentType, String file) {
        ReplyBuilder reply = Reply.status(status).header("content-type", contentType);
        trip.upstreamHeaders().forEach(reply::header);
        return reply.bytes(trip.bytes(file)).end();
    }

    /** The request as it is: what the library does not know it keeps. */
    private MessageCreateParams params(byte[] request) throws IOException {
        MessageCreateParams.Body body = SDK.readValue(request, MessageCreateParams.Body.class);
        Expected.same(SDK.valueToTree(body), SDK.readTree(request), trip + ": what the library makes of the request");
        Headers.Builder headers = Headers.builder();
        trip.clientHeaders().forEach(headers::put);
        return MessageCreateParams.builder()
                .body(body)
                .additionalHeaders(headers.build())
                .build();
    }

    private Message ask(MessageCreateParams params, boolean streams) {
        if (!validates()) {
            return askUnvalidated(params, streams);
        }
        if (!streams) {
            return proxy.client().messages().create(params);
        }
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events =
                proxy.client().messages().createStreaming(params)) {
            events.stream().forEach(event -> accumulator.accumulate(event.validate()));
        }
        return accumulator.message().validate();
    }

    /** Version 3.12.0 of the library finds every server_tool_use invalid: it compares its name with a value of another type. */
    private boolean validates() {
        return !(trip.has("claude-events.sse") && trip.text("claude-events.sse").contains("server_tool_use"))
                && !(trip.has("claude-message.json")
                        && trip.text("claude-message.json").contains("server_tool_use"));
    }

    private Message askUnvalidated(MessageCreateParams params, boolean streams) {
        AnthropicClient client = proxy.client().withOptions(options -> options.responseValidation(false));
        if (!streams) {
            return client.messages().create(params);
        }
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params)) {
            events.stream().forEach(accumulator::accumulate);
        }
        return accumulator.message();
    }

    private void answered(Message message, boolean streams) {
        assertThat(!validates() || message.isValid()).isTrue();
        if (streams && trip.has("claude-events.sse")) {
            Expected.same(json(message), folded(), trip + ": message");
        } else if (trip.has("claude-message.json")) {
            Expected.same(json(message), trip.json("claude-message.json"), trip + ": message");
        }
    }

    /** What the library makes of the events: a broken input is empty, and the tier is that of the start. */
    private JsonNode folded() {
        String events = trip.text("claude-events.sse");
        ObjectNode message = ClaudeGrammar.fold(events);
        for (JsonNode block : message.path("content")) {
            if (block.path("input").isTextual()) {
                ((ObjectNode) block).putObject("input");
            }
        }
        JsonNode start = SseText.parse(events).events().get(0).data();
        message.withObject("/usage").set("service_tier", start.at("/message/usage/service_tier"));
        return message;
    }

    private static JsonNode json(Message message) {
        return SDK.valueToTree(message);
    }

    /** Whether the stream begins well and ends with an error. */
    private boolean breaks() {
        return trip.has("claude-events.sse") && last().name().equals("error");
    }

    private StreamEvent last() {
        List<StreamEvent> events =
                SseText.parse(trip.text("claude-events.sse").strip() + "\n\n").events();
        return events.get(events.size() - 1);
    }

    private void broken(AnthropicException failure) {
        assertThat(failure).isInstanceOf(SseException.class);
        JsonNode body = SDK.valueToTree(((SseException) failure).body());
        Expected.same(withoutRequestId(body), withoutRequestId(last().data()), trip + ": error in the stream");
    }

    private void refused(AnthropicException failure) {
        assertThat(failure).isInstanceOf(AnthropicServiceException.class);
        AnthropicServiceException refusal = (AnthropicServiceException) failure;
        JsonNode expected = trip.json("claude-error.json");
        assertThat(refusal.statusCode()).isEqualTo(expected.path("status").intValue());
        for (String header : List.of("retry-after", "x-should-retry")) {
            assertThat(refusal.headers().values(header))
                    .as(header)
                    .isEqualTo(
                            expected.has(header) ? List.of(expected.path(header).asText()) : List.of());
        }
        Expected.same(
                withoutRequestId(SDK.valueToTree(refusal.body())),
                withoutRequestId(expected.path("body")),
                trip + ": error");
    }

    private static JsonNode withoutRequestId(JsonNode body) {
        ObjectNode rest = body.deepCopy();
        rest.remove("request_id");
        return rest;
    }

    private void sent(List<Request> requests) {
        requests.forEach(request -> OpenAiSdk.reads(request.body(), trip.provider()));
        List<String> expected = Stream.of("openai-request.json", "openai-request-healed.json")
                .filter(trip::has)
                .toList();
        if (expected.isEmpty() && answeredByUpstream()) {
            assertThat(requests).hasSize(1);
            return;
        }
        assertThat(requests).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            Expected.same(requests.get(i).json(), trip.json(expected.get(i)), trip + ": " + expected.get(i));
        }
    }

    private boolean answeredByUpstream() {
        return trip.has("upstream.sse")
                || trip.has("openai-response.json")
                || trip.description().has("status");
    }
}
