package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request as {@link ScriptedUpstream} received it. Immutable but for its {@link #connectionClosed()}. */
public final class Request {

    private final String method;
    private final String target;
    private final HeaderList headers;
    private final byte[] body;
    private final int connection;
    private final CompletableFuture<Void> connectionClosed;

    Request(
            String method,
            String target,
            HeaderList headers,
            byte[] body,
            int connection,
            CompletableFuture<Void> connectionClosed) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.body = body;
        this.connection = connection;
        this.connectionClosed = connectionClosed;
    }

    /** The method, as sent. */
    public String method() {
        return method;
    }

    /** Path and query, as sent. */
    public String target() {
        return target;
    }

    /** The target up to its question mark. */
    public String path() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /** All headers. */
    public HeaderList headers() {
        return headers;
    }

    /** The first header of this name, or null when there is none. */
    public @Nullable String header(String name) {
        return headers.first(name);
    }

    /** A copy of the body, without its transfer coding; empty when there was none. */
    public byte[] body() {
        return body.clone();
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * The body as JSON.
     *
     * @throws AssertionError when it is none, or a member occurs twice
     */
    public JsonNode json() {
        try {
            return Json.read(text());
        } catch (JsonProcessingException e) {
            throw new AssertionError("body is not JSON: " + text(), e);
        }
    }

    /** Which connection it came on, counted from 1 in the order of acceptance. */
    public int connection() {
        return connection;
    }

    /**
     * Completes when the peer closes or resets the connection of this request, whether the reply is still being played
     * or long over. Completes exceptionally when our side cut the connection first. Each call gives a future of its own.
     */
    public CompletableFuture<Void> connectionClosed() {
        return connectionClosed.copy();
    }

    @Override
    public String toString() {
        return method + " " + target + " (" + body.length + " bytes, connection " + connection + ")";
    }
}
