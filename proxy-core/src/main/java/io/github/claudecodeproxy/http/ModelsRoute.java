package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.ModelData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code GET /v1/models} and {@code GET /v1/models/ID}: the configured models, and a Claude name for each tier, because
 * Claude Code offers only names that begin with {@code claude}.
 */
final class ModelsRoute {

    // The API's own value for models whose date is not known.
    private static final String UNKNOWN_DATE = "1970-01-01T00:00:00Z";
    private static final int DEFAULT_LIMIT = 20;
    private static final int LARGEST_LIMIT = 1000;

    private final ProxySettings settings;
    private final Map<String, ObjectNode> items = new LinkedHashMap<>();

    ModelsRoute(ProxySettings settings) {
        this.settings = settings;
        for (String model : List.of(settings.bigModel(), settings.middleModel(), settings.smallModel())) {
            items.putIfAbsent(model, item(model));
        }
        for (String alias : List.of("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5")) {
            items.putIfAbsent(alias, item(alias));
        }
    }

    void list(Reply reply) {
        Query query = new Query(reply.exchange().query());
        int limit = query.number("limit", DEFAULT_LIMIT, LARGEST_LIMIT);
        List<String> ids = List.copyOf(items.keySet());
        String after = query.value("after_id");
        String before = query.value("before_id");
        int from = after == null ? 0 : place(ids, after, ids.size() - 1) + 1;
        int to = before == null ? ids.size() : place(ids, before, 0);
        boolean backwards = before != null && after == null;
        int first = backwards ? Math.max(from, to - limit) : Math.min(from, to);
        int last = backwards ? to : Math.min(to, from + limit);
        boolean more = backwards ? first > from : last < to;
        reply.json(200, page(ids.subList(first, Math.max(first, last)), more));
    }

    void one(Reply reply, String id) {
        if (id.isBlank()) {
            throw new ClaudeException(ClaudeError.Type.NOT_FOUND, "model: " + id);
        }
        ObjectNode known = items.get(id);
        reply.json(200, known == null ? item(id) : known);
    }

    private static int place(List<String> ids, String id, int unknown) {
        int index = ids.indexOf(id);
        return index < 0 ? unknown : index;
    }

    private ObjectNode page(List<String> ids, boolean more) {
        ObjectNode page = ClaudeJson.mapper().createObjectNode();
        var data = page.putArray("data");
        ids.forEach(id -> data.add(items.get(id)));
        return page.put("has_more", more)
                .put("first_id", ids.isEmpty() ? null : ids.get(0))
                .put("last_id", ids.isEmpty() ? null : ids.get(ids.size() - 1));
    }

    private ObjectNode item(String id) {
        String model = settings.models().map(id).model();
        ModelData data = settings.provider().model(model);
        ObjectNode item = ClaudeJson.mapper().createObjectNode();
        item.put("type", "model")
                .put("id", id)
                .put("display_name", model.equals(id) ? id : id + " (" + model + ")")
                .put("created_at", UNKNOWN_DATE)
                .put("max_input_tokens", data.contextWindow())
                .put("max_tokens", data.maxOutputTokens())
                .putNull("capabilities")
                .put("lifecycle", "active")
                .putNull("line")
                .putNull("deprecated_at")
                .putNull("retires_at");
        return item;
    }
}
