package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ModelRequest;
import io.github.claudecodeproxy.provider.ModelRules;
import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/models} and {@code GET /v1/models/ID}: the configured models, a Claude name for each tier, and what the
 * upstreams list, if that is wanted. Claude Code offers only names that begin with {@code claude}, so that each listed
 * model comes under such a name too.
 */
final class ModelsRoute {

    // The API's own value for models whose date is not known.
    private static final String UNKNOWN_DATE = "1970-01-01T00:00:00Z";
    private static final int DEFAULT_LIMIT = 20;
    private static final int LARGEST_LIMIT = 1000;
    private static final List<String> ALIASES = List.of("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5");

    private final EngineParts parts;
    private final List<UpstreamModels> lists;

    ModelsRoute(EngineParts parts) {
        this.parts = parts;
        this.lists = parts.settings().upstreamModels()
                ? parts.upstreams().all().stream()
                        .map(upstream -> new UpstreamModels(upstream, parts.timers()))
                        .toList()
                : List.of();
    }

    void list(Reply reply) {
        Query query = new Query(reply.exchange().query());
        int limit = query.number("limit", DEFAULT_LIMIT, LARGEST_LIMIT);
        gather(listed -> Guard.run(reply, () -> reply.json(200, page(query, limit, listed))));
    }

    void one(Reply reply, String id) {
        if (id.isBlank()) {
            throw new ClaudeException(ClaudeError.Type.NOT_FOUND, "model: " + id);
        }
        gather(listed -> Guard.run(reply, () -> reply.json(200, item(id, listed))));
    }

    private interface Receiver {

        void listed(Map<String, ListedModel> models);
    }

    /** Asks all upstreams at once; their models come by the text that names them as targets. */
    private void gather(Receiver receiver) {
        lists.forEach(list -> list.whenKnown(models -> {}));
        gather(0, new LinkedHashMap<>(), receiver);
    }

    private void gather(int index, Map<String, ListedModel> listed, Receiver receiver) {
        if (index == lists.size()) {
            receiver.listed(listed);
            return;
        }
        UpstreamModels list = lists.get(index);
        list.whenKnown(models -> {
            models.forEach(model -> listed.put(new ModelTarget(list.upstream().name(), model.id()).toString(), model));
            gather(index + 1, listed, receiver);
        });
    }

    private ObjectNode page(Query query, int limit, Map<String, ListedModel> listed) {
        List<String> ids = new ArrayList<>(ids(listed));
        String after = query.value("after_id");
        String before = query.value("before_id");
        int from = after == null ? 0 : place(ids, after, ids.size() - 1) + 1;
        int to = before == null ? ids.size() : place(ids, before, 0);
        boolean backwards = before != null && after == null;
        int first = backwards ? Math.max(from, to - limit) : Math.min(from, to);
        int last = backwards ? to : Math.min(to, from + limit);
        boolean more = backwards ? first > from : last < to;
        List<String> shown = ids.subList(first, Math.max(first, last));
        ObjectNode page = ClaudeJson.mapper().createObjectNode();
        var data = page.putArray("data");
        shown.forEach(id -> data.add(item(id, listed)));
        return page.put("has_more", more)
                .put("first_id", shown.isEmpty() ? null : shown.get(0))
                .put("last_id", shown.isEmpty() ? null : shown.get(shown.size() - 1));
    }

    private Set<String> ids(Map<String, ListedModel> listed) {
        Set<String> ids = new LinkedHashSet<>();
        for (String alias : ALIASES) {
            ids.add(parts.settings().tiers().map(ModelRequest.named(alias)).toString());
        }
        ids.addAll(ALIASES);
        for (String id : listed.keySet()) {
            ids.add(id);
            if (!offered(id)) {
                ids.add(ModelRules.OFFERED + id);
            }
        }
        return ids;
    }

    /** Whether Claude Code offers it under its own name. */
    private static boolean offered(String id) {
        String name = id.toLowerCase(Locale.ROOT);
        return name.startsWith("claude") || name.startsWith("anthropic");
    }

    private static int place(List<String> ids, String id, int unknown) {
        int index = ids.indexOf(id);
        return index < 0 ? unknown : index;
    }

    private ObjectNode item(String id, Map<String, ListedModel> listed) {
        ModelTarget target = parts.settings().models().map(ModelRequest.named(id));
        String model = target.toString();
        Upstream upstream = parts.upstreams().of(target);
        ProviderProfile provider = upstream.provider().forModel(target.model());
        ModelData data = provider.model(target.model());
        ObjectNode item = ClaudeJson.mapper().createObjectNode();
        item.put("type", "model")
                .put("id", id)
                .put("display_name", displayName(id, model))
                .put("created_at", UNKNOWN_DATE)
                .put("max_input_tokens", window(upstream, target, listed.get(model)))
                .put("max_tokens", data.maxOutputTokens());
        item.set("capabilities", ModelCapabilities.of(provider, data));
        return item.put("lifecycle", "active")
                .putNull("line")
                .putNull("deprecated_at")
                .putNull("retires_at");
    }

    private static String displayName(String id, String model) {
        return id.equals(model) || id.equals(ModelRules.OFFERED + model) ? model : id + " (" + model + ")";
    }

    private static @Nullable Integer window(Upstream upstream, ModelTarget target, @Nullable ListedModel listed) {
        Integer told = listed == null ? null : listed.contextWindow();
        return told == null ? upstream.window(target.model()) : told;
    }
}
