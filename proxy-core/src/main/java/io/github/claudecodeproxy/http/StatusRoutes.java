package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;

/** What the proxy says about itself: health, readiness, the welcome at the root, and the test of the upstream. */
final class StatusRoutes {

    /** Prometheus' text format. */
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final byte[] health;
    private final byte[] ready;
    private final byte[] welcome;
    private final StatusPage page = new StatusPage();
    private final StatusReport report;
    private final ConnectionTests tests;

    StatusRoutes(EngineParts parts) {
        report = new StatusReport(parts);
        tests = new ConnectionTests(parts);
        health = ClaudeJson.bytes(object().put("status", "healthy").put("version", Version.CURRENT));
        ready = ClaudeJson.bytes(object().put("status", "ready"));
        welcome = ClaudeJson.bytes(welcomeText());
    }

    void health(Reply reply) {
        reply.json(200, health);
    }

    void ready(Reply reply) {
        reply.json(200, ready);
    }

    void welcome(Reply reply) {
        if (StatusPage.wantedBy(reply.exchange().header("accept"))) {
            page.answer(reply);
        } else {
            reply.with(Map.of("vary", "Accept"));
            reply.json(200, welcome);
        }
    }

    void status(Reply reply) {
        reply.with(Map.of("cache-control", "no-store"));
        reply.json(200, report.json());
    }

    void metrics(Reply reply, Supplier<String> text) {
        reply.text(METRICS_TYPE, text.get().getBytes(StandardCharsets.UTF_8));
    }

    void testConnection(Reply reply) {
        Runnable leave = tests.join(result -> Guard.run(reply, () -> answer(reply, result)));
        reply.exchange().onClientGone(leave);
    }

    private static void answer(Reply reply, ConnectionReport report) {
        ObjectNode body = object().put("status", report.ok() ? "success" : "failed")
                .put("model", report.model())
                .put("latency_ms", report.latency().toMillis());
        if (report.ok()) {
            reply.json(200, body.put("message", report.message()));
            return;
        }
        ClaudeError.Type type = type(report.status());
        ObjectNode envelope = object().put("type", "error");
        envelope.putObject("error").put("type", type.wireName()).put("message", report.message());
        envelope.put("request_id", reply.requestId()).setAll(body);
        reply.errorBody(ClaudeError.of(type, report.message()), Map.of(), ClaudeJson.bytes(envelope));
    }

    private static ClaudeError.Type type(int status) {
        return Arrays.stream(ClaudeError.Type.values())
                .filter(type -> type.status() == status)
                .findFirst()
                .orElse(ClaudeError.Type.API);
    }

    private static ObjectNode welcomeText() {
        ObjectNode welcome = object().put("name", "claude-code-proxy")
                .put("version", Version.CURRENT)
                .put(
                        "claude_code",
                        "Set ANTHROPIC_BASE_URL to this server's address, without /v1, and ANTHROPIC_API_KEY to the"
                                + " client key of this server, or to any text if it has none; then run: claude");
        welcome.putObject("endpoints")
                .put("messages", "POST /v1/messages")
                .put("count_tokens", "POST /v1/messages/count_tokens")
                .put("models", "GET /v1/models")
                .put("health", "GET /health")
                .put("ready", "GET /readyz")
                .put("status", "GET /status")
                .put("test_connection", "GET /test-connection");
        return welcome;
    }

    private static ObjectNode object() {
        return ClaudeJson.mapper().createObjectNode();
    }
}
