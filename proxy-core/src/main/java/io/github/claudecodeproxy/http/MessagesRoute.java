package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Translation;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /v1/messages} and {@code POST /v1/messages/count_tokens}. */
final class MessagesRoute {

    private static final Logger LOG = LoggerFactory.getLogger(MessagesRoute.class);

    private static final int LONGEST_MODEL = 1024;

    // All that the translation may depend on.
    private static final List<String> HEADERS =
            List.of("anthropic-beta", "anthropic-version", "x-claude-code-session-id", "x-claude-code-agent-id");

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
            ClaudeRequest request = parse(body);
            ModelTarget target = parts.upstreams().target(request, headers(reply.exchange()));
            Upstream upstream = parts.upstreams().of(target);
            if (parts.settings().upstreamCount() && counts(upstream.provider())) {
                countThere(reply, body, target, upstream);
            } else {
                counted(reply, upstream.translator().countTokens(request, target.model()));
            }
        });
    }

    /** Servers that count take a chat request to count. */
    private static boolean counts(ProviderProfile provider) {
        return provider.counting() != null && provider.api() == ProviderProfile.Api.CHAT;
    }

    /** Has the upstream count; what it cannot count is counted here. */
    private void countThere(Reply reply, byte[] body, ModelTarget target, Upstream upstream) {
        ClaudeRequest request = parse(asCall(body));
        byte[] chat = upstream.translator()
                .translate(
                        request, headers(reply.exchange()), upstream.lessons().of(target.model()), target.model())
                .body();
        UpstreamCount.of(chat, upstream, parts.timers(), new UpstreamCount.Outcome() {
            @Override
            public void counted(long tokens) {
                Guard.run(reply, () -> MessagesRoute.counted(reply, tokens));
            }

            @Override
            public void failed(String why) {
                LOG.info("{} upstream {} did not count the prompt: {}", reply.requestId(), upstream.name(), why);
                bodies.slowWork(
                        reply,
                        () -> MessagesRoute.counted(reply, upstream.translator().countTokens(request, target.model())));
            }
        });
    }

    /** A request to count has no cap on the answer, which a call must have. */
    private static byte[] asCall(byte[] body) {
        try {
            ObjectNode request = (ObjectNode) ClaudeJson.mapper().readTree(body);
            return request.has("max_tokens") ? body : ClaudeJson.bytes(request.put("max_tokens", 1));
        } catch (IOException e) {
            throw new IllegalStateException("it was read before", e);
        }
    }

    private static void counted(Reply reply, long tokens) {
        reply.json(200, ClaudeJson.mapper().createObjectNode().put("input_tokens", tokens));
    }

    private void call(Reply reply, byte[] body) {
        ClaudeRequest request = parse(body);
        Map<String, String> headers = headers(reply.exchange());
        ModelTarget target = parts.upstreams().target(request, headers);
        if (parts.settings().contextCheck() || parts.upstreams().of(target).cutsPrompts(target.model())) {
            checkContext(request, target);
        }
        CallRoute route = new CallRoute(
                reply.requestId(),
                request,
                body.length,
                headers,
                target,
                parts.settings().fallbacks(),
                parts.upstreams());
        Translation translation = route.translation();
        CallRecord record = new CallRecord(reply.requestId(), reply.client(), request.model(), route, parts);
        CallTrace trace =
                new CallTrace(reply.requestId(), parts.settings().recorder().begun(reply.requestId(), headers, body));
        trace.received(reply.exchange(), body.length);
        trace.translated(request.model(), translation, route.upstream().provider());
        record.content("request", () -> body);
        record.content("upstream request", translation::body);
        if (translation.streaming()) {
            new StreamingCall(reply, route, record, parts, trace).start();
        } else {
            complete(reply, route, record, trace);
        }
    }

    /** Says of a prompt that cannot fit what the upstream would say, in the words that let Claude Code shorten it. */
    private void checkContext(ClaudeRequest request, ModelTarget target) {
        Upstream upstream = parts.upstreams().of(target);
        Integer window = upstream.window(target.model());
        if (window != null) {
            long tokens = upstream.translator().estimateTokens(request, target.model());
            if (tokens > window) {
                // Somebody may be about to start the server with another one.
                upstream.askWindow(target, parts.timers());
                throw new ClaudeException(
                        ClaudeError.Type.INVALID_REQUEST,
                        "prompt is too long: " + tokens + " tokens > " + window + " maximum");
            }
        }
    }

    private ClaudeRequest parse(byte[] body) {
        ClaudeRequest request = parts.upstreams().main().translator().parse(body);
        if (request.model().isBlank()) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, "model: must not be blank");
        }
        if (request.model().length() > LONGEST_MODEL) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, "model: is longer than any model's name");
        }
        return request;
    }

    private void complete(Reply reply, CallRoute route, CallRecord record, CallTrace trace) {
        boolean limits = parts.settings().rateLimitHeaders();
        CompleteCall call = new CompleteCall(route, parts, trace, new WholeAnswer(reply, record, limits));
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
        public void healed(CallRoute route) {
            calls.translatedAnew(route);
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
