package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.provider.ModelTarget;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One small real call to the small model, to see whether key, address and model are right. */
final class ConnectionCheck {

    // Every name of this tier is mapped to the small model. Reasoning models need room before their first word.
    private static final String REQUESTED = "claude-haiku-4-5";
    private static final int MAX_TOKENS = 64;

    private final EngineParts parts;

    ConnectionCheck(EngineParts parts) {
        this.parts = parts;
    }

    /** Makes the call; the receiver is told once, on any thread. What is returned ends the call early. */
    Runnable run(Consumer<ConnectionReport> receiver) {
        long begun = parts.timers().now();
        try {
            byte[] body = request();
            ClaudeRequest request = parts.upstreams().main().translator().parse(body);
            ModelTarget target = parts.upstreams().target(request, Map.of());
            String model = target.model();
            CallRoute route = new CallRoute(
                    "connection test", request, body.length, Map.of(), target, List.of(), parts.upstreams());
            CompleteCall call =
                    new CompleteCall(route, parts, new CallTrace("connection test"), new CompleteCall.Receiver() {
                        @Override
                        public void message(ClaudeMessage message, int attempts) {
                            String text = "The provider answered for model " + model + ".";
                            receiver.accept(new ConnectionReport(true, 200, model, text, since(begun)));
                        }

                        @Override
                        public void failed(ClaudeError error, int attempts) {
                            receiver.accept(report(error, model, begun));
                        }
                    });
            call.start();
            return call::cancel;
        } catch (ClaudeException e) {
            receiver.accept(report(e.error(), parts.settings().smallModel(), begun));
            return () -> {};
        }
    }

    private ConnectionReport report(ClaudeError error, String model, long begun) {
        return new ConnectionReport(false, error.type().status(), model, error.message(), since(begun));
    }

    private Duration since(long begun) {
        return Duration.ofNanos(parts.timers().now() - begun);
    }

    private static byte[] request() {
        ObjectNode request =
                ClaudeJson.mapper().createObjectNode().put("model", REQUESTED).put("max_tokens", MAX_TOKENS);
        request.putArray("messages").addObject().put("role", "user").put("content", "Reply with the word OK.");
        return ClaudeJson.bytes(request);
    }
}
