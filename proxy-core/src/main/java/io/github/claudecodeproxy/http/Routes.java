package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which path and method lead where. Immutable once built. */
final class Routes {

    private static final String MODELS = "/v1/models";
    private static final Set<String> HEALTH = Set.of("/health", "/healthz");
    private final Map<String, Map<String, Route>> byPath = new LinkedHashMap<>();
    private final ModelsRoute models;

    Routes(MessagesRoute messages, ModelsRoute models, StatusRoutes status, @Nullable Supplier<String> metrics) {
        this.models = models;
        add("POST", "/v1/messages", new Route(false, messages::messages));
        add("POST", "/v1/messages/count_tokens", new Route(false, messages::countTokens));
        get(MODELS, new Route(false, models::list));
        get("/health", new Route(true, status::health));
        get("/healthz", new Route(true, status::health));
        get("/readyz", new Route(true, status::ready));
        get("/status", new Route(false, status::status));
        get("/test-connection", new Route(false, status::testConnection));
        get("/", new Route(true, status::welcome));
        if (metrics != null) {
            get("/metrics", new Route(false, reply -> status.metrics(reply, metrics)));
        }
        add("HEAD", "/api/hello", new Route(true, Routes::empty));
    }

    /**
     * What answers a request.
     *
     * @param open whether no key is needed
     * @param handler what answers
     */
    record Route(boolean open, Consumer<Reply> handler) {}

    /** Whether an exchange asks if the process lives. */
    boolean isHealth(Exchange exchange) {
        return HEALTH.contains(normal(exchange.path()));
    }

    /** The route of an exchange; throws {@link ClaudeException} for an unknown path. */
    Match find(Exchange exchange) {
        String path = normal(exchange.path());
        Map<String, Route> methods = byPath.get(path);
        if (methods == null && path.startsWith(MODELS + "/")) {
            String id = Query.decode(path.substring(MODELS.length() + 1));
            methods = Map.of(
                    "GET", new Route(false, reply -> models.one(reply, id)), "HEAD", new Route(true, Routes::empty));
        }
        if (methods == null) {
            throw new ClaudeException(ClaudeError.Type.NOT_FOUND, "There is no such path here: " + LogText.of(path));
        }
        return new Match(methods.get(exchange.method()), String.join(", ", methods.keySet()));
    }

    /**
     * What a path offers.
     *
     * @param route for the method of the request; null when there is none
     * @param allowed the methods of the path, for the {@code allow} header
     */
    record Match(@Nullable Route route, String allowed) {}

    private void get(String path, Route route) {
        add("GET", path, route);
        add("HEAD", path, new Route(true, Routes::empty));
    }

    private void add(String method, String path, Route route) {
        byPath.computeIfAbsent(path, unused -> new LinkedHashMap<>()).put(method, route);
    }

    private static void empty(Reply reply) {
        reply.empty(200);
    }

    /** Clients whose base URL ends in {@code /v1} ask for {@code /v1/v1/...}. */
    private static String normal(String path) {
        String once = path.startsWith("/v1/v1/") ? path.substring("/v1".length()) : path;
        return once.length() > 1 && once.endsWith("/") ? once.substring(0, once.length() - 1) : once;
    }
}
