package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.translate.Translation;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code POST /v1/messages} and {@code POST /v1/messages/count_tokens}. */
final class MessagesRoute {

    private static final int LONGEST_MODEL = 1024;

    // All that the translation may depend on.
    private static final List<String> HEADERS =
            List.of("anthropic-beta", "anthropic-version", "x-claude-code-session-id");

    private final EngineParts parts;
    private final RequestBody bodies;

    MessagesRoute(EngineParts parts, RequestBody bodies) {
        this.parts = parts;
        this.bodies = bodies;
    }

    void messages(Reply reply) {
        bodies.read(reply, body -> call(reply, body));
    }

    void countTokens(Reply reply) {
        bodies.readForSlowWork(reply, body -> {
            long tokens = parts.translator().countTokens(parse(body));
            reply.json(200, ClaudeJson.mapper().createObjectNode().put("input_tokens", tokens));
        });
    }

    private void call(Reply reply, byte[] body) {
        ClaudeRequest request = parse(body);
        Map<String, String> headers = headers(reply.exchange());
        String model = parts.translator().upstreamModel(request);
        Translation translation =
                parts.translator().translate(request, headers, parts.lessons().of(model));
        Healing healing = new Healing(translation, parts.lessons());
        CallRecord record = new CallRecord(reply.requestId(), request.model(), translation, parts);
        CallTrace trace = new CallTrace(reply.requestId());
        trace.received(reply.exchange(), body.length);
        trace.translated(request.model(), translation, parts.settings());
        record.content("request", () -> body);
        record.content("upstream request", translation::body);
        if (translation.streaming()) {
            new StreamingCall(reply, healing, record, parts).start();
        } else {
            complete(reply, healing, record);
        }
    }

    private ClaudeRequest parse(byte[] body) {
        ClaudeRequest request = parts.translator().parse(body);
        if (request.model().isBlank()) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, "model: must not be blank");
        }
        if (request.model().length() > LONGEST_MODEL) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, "model: is longer than any model's name");
        }
        return request;
    }

    private void complete(Reply reply, Healing healing, CallRecord record) {
        boolean limits = parts.settings().rateLimitHeaders();
        CompleteCall call = new CompleteCall(
                healing, parts, new CallTrace(reply.requestId()), new WholeAnswer(reply, record, limits));
        reply.exchange().onClientGone(() -> {
            reply.over();
            if (call.cancel()) {
                record.ended(CallRecord.CLIENT_GONE, "client_gone", call.attempts());
            }
        });
        call.start();
    }

    private static Map<String, String> headers(Exchange exchange) {
        Map<String, String> headers = new HashMap<>();
        for (String name : HEADERS) {
            String value = exchange.header(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return headers;
    }

    /** Answers the exchange with the message. */
    private record WholeAnswer(Reply reply, CallRecord calls, boolean limits) implements CompleteCall.Receiver {

        @Override
        public void head(UpstreamResponseHead head) {
            if (limits) {
                reply.with(RateLimits.headers(head.headers(), Instant.now()));
            }
        }

        @Override
        public void healed(Translation translation) {
            calls.translation(translation);
        }

        @Override
        public void message(ClaudeMessage message, int attempts) {
            byte[] json = ClaudeJson.bytes(message);
            calls.content("message", () -> json);
            calls.showLosses(reply);
            calls.usage(message.usage());
            calls.ended(200, String.valueOf(message.stopReason()), attempts);
            reply.json(200, json);
        }

        @Override
        public void failed(ClaudeError error, int attempts) {
            calls.error(error.message());
            calls.ended(error.type().status(), error.type().wireName(), attempts);
            reply.error(error);
        }
    }
}
