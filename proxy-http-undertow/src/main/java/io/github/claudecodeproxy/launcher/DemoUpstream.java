package io.github.claudecodeproxy.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A pretend provider on a free port of the loopback address: an OpenAI-compatible server that answers from a script, at
 * a pace that a person can watch. For {@code --demo}. Thread-safe.
 */
final class DemoUpstream implements AutoCloseable {

    /** The only model it has. */
    static final String MODEL = "demo";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int FRAGMENT = 8;

    private final Undertow server;
    private final Duration pace;

    private DemoUpstream(Duration pace) {
        this.pace = pace;
        this.server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setIoThreads(1)
                // More than the proxy takes, and so more than it can send
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, 64L * 1024 * 1024)
                .setHandler(exchange -> exchange.dispatch(() -> handle(exchange)))
                .build();
    }

    /** Starts one that lets this time pass between two words. */
    static DemoUpstream start(Duration pace) {
        DemoUpstream upstream = new DemoUpstream(pace);
        upstream.server.start();
        return upstream;
    }

    /** What {@code OPENAI_BASE_URL} must be to reach it. */
    URI baseUrl() {
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return URI.create("http://127.0.0.1:" + address.getPort() + "/v1");
    }

    @Override
    public void close() {
        server.stop();
    }

    private void handle(HttpServerExchange exchange) {
        try {
            exchange.startBlocking();
            switch (exchange.getRequestMethod() + " " + exchange.getRequestPath()) {
                case "POST /v1/chat/completions" -> complete(exchange);
                case "GET /v1/models" -> json(exchange, 200, models());
                default -> error(exchange, 404, "the demo has no such route");
            }
        } catch (IOException e) {
            // The caller left in mid-answer, which is its right.
            exchange.endExchange();
        }
    }

    private void complete(HttpServerExchange exchange) throws IOException {
        JsonNode request;
        try {
            request = MAPPER.readTree(exchange.getInputStream().readAllBytes());
        } catch (JsonProcessingException e) {
            error(exchange, 400, "the body is not JSON");
            return;
        }
        if (!request.path("messages").isArray() || request.path("messages").isEmpty()) {
            error(exchange, 400, "messages must be an array that is not empty");
            return;
        }
        DemoReply reply = new DemoReply(request, DemoAnswer.to(request));
        if (request.path("stream").asBoolean()) {
            stream(exchange, reply, request.at("/stream_options/include_usage").asBoolean());
        } else {
            json(exchange, 200, reply.whole());
        }
    }

    private void stream(HttpServerExchange exchange, DemoReply reply, boolean withUsage) throws IOException {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/event-stream");
        try (OutputStream out = exchange.getOutputStream()) {
            event(out, reply.opening());
            DemoAnswer answer = reply.answer();
            for (String word : DemoAnswer.pieces(answer.text())) {
                event(out, reply.text(word));
                pause();
            }
            if (answer.tool() != null) {
                event(out, reply.toolStart());
                for (int at = 0; at < answer.arguments().length(); at += FRAGMENT) {
                    pause();
                    int end = Math.min(at + FRAGMENT, answer.arguments().length());
                    event(out, reply.toolArguments(answer.arguments().substring(at, end)));
                }
            }
            event(out, reply.finish());
            if (withUsage) {
                event(out, reply.usageChunk());
            }
            out.write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void event(OutputStream out, JsonNode chunk) throws IOException {
        out.write(("data: " + chunk + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void pause() {
        long until = System.nanoTime() + pace.toNanos();
        for (long left = pace.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
        }
    }

    private static ObjectNode models() {
        ObjectNode list = MAPPER.createObjectNode().put("object", "list");
        list.putArray("data")
                .addObject()
                .put("id", MODEL)
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", "claude-code-proxy");
        return list;
    }

    private static void error(HttpServerExchange exchange, int status, String message) throws IOException {
        ObjectNode body = MAPPER.createObjectNode();
        body.putObject("error")
                .put("message", message)
                .put("type", "invalid_request_error")
                .putNull("param")
                .putNull("code");
        json(exchange, status, body);
    }

    private static void json(HttpServerExchange exchange, int status, JsonNode body) throws IOException {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        try (OutputStream out = exchange.getOutputStream()) {
            out.write(MAPPER.writeValueAsBytes(body));
        }
    }
}
