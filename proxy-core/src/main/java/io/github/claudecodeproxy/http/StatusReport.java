package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.Usage;
import io.github.claudecodeproxy.provider.ModelRequest;
import io.github.claudecodeproxy.provider.ModelTarget;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the page for people shows, as JSON: neither content nor keys. Stateless but for its parts. */
final class StatusReport {

    private static final int LONGEST_ERROR = 300;

    private final EngineParts parts;

    StatusReport(EngineParts parts) {
        this.parts = parts;
    }

    ObjectNode json() {
        long now = parts.timers().now();
        ProxySettings settings = parts.settings();
        EngineStatus status = EngineStatus.of(parts);
        ObjectNode report = ClaudeJson.mapper().createObjectNode().put("version", Version.CURRENT);
        report.put("client_key", settings.clientKeyRequired())
                .put("running_calls", status.running())
                .put("refused_calls", status.refused());
        ObjectNode upstream = report.putObject("upstream")
                .put("provider", settings.provider().name())
                .put("base_url", withoutQuery(settings.baseUrl()));
        ObjectNode breakers = upstream.putObject("breakers");
        status.breakers().forEach((model, state) -> breakers.put(model, state.name()));
        report.putObject("models")
                .put("opus", served("claude-opus-4-5").toString())
                .put("sonnet", served("claude-sonnet-4-5").toString())
                .put("haiku", served("claude-haiku-4-5").toString());
        Integer window = settings.contextWindow("claude-opus-4-5");
        if (window != null) {
            report.put("context_window", window);
        }
        parts.history().running().forEach(call -> report.withArray("running").add(running(call, now)));
        parts.history().ended().forEach(call -> report.withArray("calls").add(ended(call, now)));
        return report;
    }

    private ModelTarget served(String model) {
        return parts.settings().models().map(ModelRequest.named(model));
    }

    private static ObjectNode running(CallHistory.Begun call, long now) {
        return ClaudeJson.mapper()
                .createObjectNode()
                .put("request_id", call.requestId())
                .put("requested_model", call.requestedModel())
                .put("model", call.upstreamModel())
                .put("stream", call.streaming())
                .put("ms", millis(now - call.at()));
    }

    private static ObjectNode ended(CallHistory.Ended ended, long now) {
        CallReport call = ended.call();
        ObjectNode json = ClaudeJson.mapper()
                .createObjectNode()
                .put("request_id", call.requestId())
                .put("ended_ms_ago", millis(now - ended.at()))
                .put("requested_model", call.requestedModel())
                .put("model", call.upstreamModel())
                .put("stream", call.streaming())
                .put("status", call.status())
                .put("end", call.outcome())
                .put("attempts", call.attempts())
                .put("ms", call.duration().toMillis());
        Duration first = call.timeToFirst();
        if (first != null) {
            json.put("first_ms", first.toMillis());
        }
        Usage usage = call.usage();
        if (usage != null) {
            json.put("input_tokens", usage.inputTokens() + usage.cacheCreationInputTokens())
                    .put("cached_tokens", usage.cacheReadInputTokens())
                    .put("output_tokens", usage.outputTokens());
        }
        if (call.client() != null) {
            json.put("client", call.client());
        }
        String error = shortened(call.error());
        if (error != null) {
            json.put("error", error);
        }
        call.losses().forEach(loss -> json.withArray("losses").add(loss.kind() + " " + loss.field()));
        return json;
    }

    /** A query may hold a key. */
    private static String withoutQuery(URI url) {
        String text = url.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    private static @Nullable String shortened(@Nullable String error) {
        if (error == null || error.length() <= LONGEST_ERROR) {
            return error;
        }
        return error.substring(0, LONGEST_ERROR) + "...";
    }

    private static long millis(long nanos) {
        return Math.max(0, Duration.ofNanos(nanos).toMillis());
    }
}
