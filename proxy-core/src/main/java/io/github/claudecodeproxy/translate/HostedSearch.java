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
import java.util.UUID;
import java.util.regex.Pattern;

/** Claude's web search where the provider has one of its own: what is asked for, and what was found. */
final class HostedSearch {

    /** Both sides call it so. */
    static final String NAME = "web_search";

    /** Of {@code include}: without it, only what the model cites is known of what was found. */
    static final String SOURCES = "web_search_call.action.sources";

    private static final String ALLOWED = "allowed_domains";
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

    /** How to search: {@code filters} and {@code user_location}, as far as the client says. */
    static ObjectNode settings(Tool tool, String path, Diagnostics diagnostics) {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        JsonNode allowed = tool.extra().get(ALLOWED);
        if (allowed != null && allowed.isArray() && !allowed.isEmpty()) {
            settings.putObject("filters").set(ALLOWED, allowed);
        }
        JsonNode location = tool.extra().get("user_location");
        if (location != null && location.isObject()) {
            settings.set("user_location", location);
        }
        JsonNode blocked = tool.extra().get("blocked_domains");
        if (blocked != null && !blocked.isEmpty()) {
            diagnostics.add(
                    Diagnostic.Kind.PARAMETER_DROPPED, path + ".blocked_domains", "the provider's search takes none");
        }
        return settings;
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

    /** The input of a search. */
    static String input(JsonNode action) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("query", action.path("query").asText())
                .toString();
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
        int from = Math.min(Math.max(0, annotation.path("start_index").asInt()), text.length());
        int to = Math.min(Math.max(from, annotation.path("end_index").asInt()), from + LONGEST_QUOTE);
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "web_search_result_location")
                .put("cited_text", text.substring(from, Math.min(to, text.length())))
                .put("url", annotation.path("url").asText())
                .put("title", annotation.path("title").asText())
                .put("encrypted_index", "");
    }
}
