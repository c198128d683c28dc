package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.Tool;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Claude's web search where the provider has one of its own: what is asked for, and what was found. */
final class HostedSearch {

    /** Both sides call it so. */
    static final String NAME = "web_search";

    /** Of {@code include}: without it, only what the model cites is known of what was found. */
    static final String SOURCES = "web_search_call.action.sources";

    private static final String ALLOWED = "allowed_domains";
    private static final String BLOCKED = "blocked_domains";
    private static final String LOCATION = "user_location";
    private static final Pattern FOREIGN = Pattern.compile("[^a-zA-Z0-9_]");
    private static final int LONGEST_QUOTE = 150;

    private HostedSearch() {}

    /** Whether this is Claude's web search. */
    static boolean is(Tool tool) {
        return Objects.requireNonNullElse(tool.type(), "").startsWith(NAME);
    }

    /** Whether the client wants searches. */
    static boolean wanted(ClaudeRequest request) {
        List<Tool> tools = request.tools() == null ? List.of() : request.tools();
        return tools.stream().anyMatch(HostedSearch::is);
    }

    /** Whether the host has searches on the API that it is asked on. */
    static boolean possible(ProviderProfile profile) {
        return profile.api() == ProviderProfile.Api.RESPONSES
                && profile.responses().webSearch();
    }

    /** How to search: {@code filters} and {@code user_location}, as far as the client says and the host takes it. */
    static ObjectNode settings(Tool tool, String path, ProviderProfile.Search forms, Diagnostics diagnostics) {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        ObjectNode filters = JsonNodeFactory.instance.objectNode();
        domains(tool, ALLOWED, ALLOWED, path, forms, filters, diagnostics);
        domains(tool, BLOCKED, forms.blocked(), path, forms, filters, diagnostics);
        if (!filters.isEmpty()) {
            settings.set("filters", filters);
        }
        JsonNode location = tool.extra().get(LOCATION);
        if (location != null && location.isObject()) {
            if (forms.location()) {
                settings.set(LOCATION, location);
            } else {
                dropped(path + "." + LOCATION, diagnostics);
            }
        }
        return settings;
    }

    private static void domains(
            Tool tool,
            String name,
            @Nullable String spelled,
            String path,
            ProviderProfile.Search forms,
            ObjectNode filters,
            Diagnostics diagnostics) {
        JsonNode domains = tool.extra().get(name);
        if (domains == null || !domains.isArray() || domains.isEmpty()) {
            return;
        }
        if (spelled == null) {
            dropped(path + "." + name, diagnostics);
            return;
        }
        ArrayNode sent = filters.putArray(spelled);
        for (int i = 0; i < Math.min(domains.size(), forms.most()); i++) {
            sent.add(domains.get(i));
        }
        if (domains.size() > forms.most()) {
            diagnostics.add(
                    Diagnostic.Kind.PARAMETER_CHANGED,
                    path + "." + name,
                    "the provider's search takes " + forms.most() + " domains; the others were left out");
        }
    }

    private static void dropped(String field, Diagnostics diagnostics) {
        diagnostics.add(Diagnostic.Kind.PARAMETER_DROPPED, field, "the provider's search takes none");
    }

    /** The choice of a search among other tools; there is none that names it alone. */
    static ObjectNode choice() {
        ObjectNode choice = JsonNodeFactory.instance.objectNode();
        choice.put("type", "allowed_tools").put("mode", "required");
        choice.putArray("tools").addObject().put("type", NAME);
        return choice;
    }

    /** The id of a search for the client, the same each time. */
    static String clientId(JsonNode call) {
        String id = FOREIGN.matcher(call.path("id").asText()).replaceAll("");
        return "srvtoolu_" + (id.isEmpty() ? UUID.randomUUID().toString().replace("-", "") : id);
    }

    /** The input of a search; the model may have searched for several things at once. */
    static String input(JsonNode action) {
        String query = action.path("query").asText();
        if (query.isEmpty()) {
            StringJoiner queries = new StringJoiner("; ");
            action.path("queries").forEach(one -> queries.add(one.asText()));
            query = queries.toString();
        }
        return JsonNodeFactory.instance.objectNode().put("query", query).toString();
    }

    /** What a search found. */
    static ContentBlock result(String id, JsonNode call) {
        if (call.path("status").asText().equals("failed")) {
            ObjectNode error = JsonNodeFactory.instance.objectNode().put("type", "web_search_tool_result_error");
            return new ContentBlock.WebSearchToolResult(
                    id, error.put("error_code", "unavailable"), ClaudeEventWriter.DIRECT_CALLER);
        }
        ArrayNode found = JsonNodeFactory.instance.arrayNode();
        for (JsonNode source : call.path("action").path("sources")) {
            String url = source.path("url").asText();
            if (!url.isEmpty()) {
                found.addObject()
                        .put("type", "web_search_result")
                        .put("url", url)
                        .put("title", source.path("title").asText(url))
                        .put("encrypted_content", "")
                        .putNull("page_age");
            }
        }
        return new ContentBlock.WebSearchToolResult(id, found, ClaudeEventWriter.DIRECT_CALLER);
    }

    /** A citation of a text, as the annotation says it. */
    static ObjectNode citation(JsonNode annotation, String text) {
        String url = annotation.path("url").asText();
        int from = whole(text, Math.max(0, annotation.path("start_index").asInt()));
        int end = Math.max(from, annotation.path("end_index").asInt());
        int to = whole(text, Math.min(end, from + LONGEST_QUOTE));
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "web_search_result_location")
                .put("cited_text", text.substring(from, to))
                .put("url", url)
                .put("title", annotation.path("title").asText(url))
                .put("encrypted_index", "");
    }

    /** A place within the text, before the character in whose middle it would be. */
    private static int whole(String text, int place) {
        int within = Math.min(place, text.length());
        boolean middle = within > 0
                && within < text.length()
                && Character.isSurrogatePair(text.charAt(within - 1), text.charAt(within));
        return middle ? within - 1 : within;
    }
}
