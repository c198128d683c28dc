package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one answer to an exchange, with its request id. Whoever answers first wins; later answers go nowhere. */
final class Reply {

    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);

    private final Exchange exchange;
    private final String requestId = RequestId.next();
    private final Map<String, String> more = new ConcurrentHashMap<>();
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile Admission.@Nullable Pass pass;
    private volatile @Nullable String client;

    Reply(Exchange exchange) {
        this.exchange = exchange;
    }

    Exchange exchange() {
        return exchange;
    }

    String requestId() {
        return requestId;
    }

    /** The name of the client's key. */
    void client(@Nullable String name) {
        client = name;
    }

    @Nullable
    String client() {
        return client;
    }

    /** What the call was let in with; it leaves with the end of the answer. */
    void pass(Admission.Pass value) {
        pass = value;
    }

    /** Nothing of the request is needed any more. */
    void requestDone() {
        Admission.Pass held = pass;
        if (held != null) {
            held.drop();
        }
    }

    /** The call is over, however it went. To be called when an answer does not come from this. */
    void over() {
        Admission.Pass held = pass;
        if (held != null) {
            held.leave();
        }
    }

    /** Headers that the answer carries, whatever it will be. */
    void with(Map<String, String> headers) {
        more.putAll(headers);
    }

    /** A whole JSON answer. */
    void json(int status, JsonNode body) {
        json(status, ClaudeJson.bytes(body));
    }

    /** A whole JSON answer. */
    void json(int status, byte[] body) {
        respond(status, Map.of("content-type", "application/json"), body);
    }

    /** A whole answer of another sort. */
    void text(String type, byte[] body) {
        respond(200, Map.of("content-type", type), body);
    }

    /** Status and headers only. */
    void empty(int status) {
        respond(status, Map.of(), new byte[0]);
    }

    /** The error in Anthropic's envelope. */
    void error(ClaudeError error) {
        error(error, Map.of());
    }

    /** The error in Anthropic's envelope, with more headers. */
    void error(ClaudeError error, Map<String, String> more) {
        errorBody(error, more, ClaudeJson.bytes(error.envelope(requestId)));
    }

    /** Status and headers of the error, with another body. */
    void errorBody(ClaudeError error, Map<String, String> more, byte[] body) {
        Map<String, String> headers = new LinkedHashMap<>(more);
        headers.put("content-type", "application/json");
        String after = error.retryAfter();
        if (after != null && HeaderRules.sendable(after)) {
            headers.put("retry-after", after);
        }
        if (error.shouldRetry() != null) {
            headers.put("x-should-retry", error.shouldRetry().toString());
        }
        respond(error.type().status(), headers, body);
    }

    /** Begins a stream of events; only when nothing was answered yet. */
    ResponseChannel stream(Runnable writable) {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("answered already");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "text/event-stream; charset=utf-8");
        headers.put("cache-control", "no-cache");
        headers.put("x-accel-buffering", "no");
        headers.putAll(more);
        headers.put("request-id", requestId);
        return exchange.open(200, headers, writable);
    }

    private void respond(int status, Map<String, String> headers, byte[] body) {
        if (!answered.compareAndSet(false, true)) {
            LOG.debug("{} was answered already; status {} is dropped", requestId, status);
            return;
        }
        Map<String, String> all = new LinkedHashMap<>(more);
        all.putAll(headers);
        all.put("request-id", requestId);
        LOG.debug("{} {} {} -> {}", requestId, exchange.method(), LogText.of(exchange.path()), status);
        over();
        exchange.respond(status, all, body);
    }
}
