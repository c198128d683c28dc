package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.InputMessage;
import io.github.claudecodeproxy.claude.Tool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tools of a request after what system messages in mid-conversation add and remove; the last change counts. */
final class ToolChanges {

    private ToolChanges() {}

    /** The tools on offer at the end of the conversation. */
    static List<Tool> apply(ClaudeRequest request) {
        List<Tool> tools = request.tools() == null ? List.of() : request.tools();
        Map<String, Tool> added = new LinkedHashMap<>();
        Set<String> removed = new HashSet<>();
        for (int i = 0; i < request.messages().size(); i++) {
            InputMessage message = request.messages().get(i);
            for (int j = 0; j < message.content().size(); j++) {
                ContentBlock block = message.content().get(j);
                if (block instanceof ContentBlock.ToolAddition addition) {
                    add(addition.tool(), "messages." + i + ".content." + j + ".tool", added, removed);
                } else if (block instanceof ContentBlock.ToolRemoval removal) {
                    removed.add(name(removal.tool()));
                }
            }
        }
        if (added.isEmpty() && removed.isEmpty()) {
            return tools;
        }
        List<Tool> offered = new ArrayList<>();
        tools.stream().filter(tool -> !added.containsKey(tool.name())).forEach(offered::add);
        offered.addAll(added.values());
        offered.removeIf(tool -> removed.contains(tool.name()));
        return offered;
    }

    private static void add(JsonNode tool, String path, Map<String, Tool> added, Set<String> removed) {
        JsonNode definition = tool.path("definition");
        if (definition.isObject()) {
            Tool defined = read(definition, path + ".definition");
            if (defined.name() != null) {
                added.put(defined.name(), defined);
                removed.remove(defined.name());
            }
        } else {
            removed.remove(name(tool));
        }
    }

    private static Tool read(JsonNode definition, String path) {
        try {
            return ClaudeJson.mapper().treeToValue(definition, Tool.class);
        } catch (JsonProcessingException e) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, path + ": Input should be a tool");
        }
    }

    private static String name(JsonNode tool) {
        return tool.path("name").isTextual()
                ? tool.path("name").textValue()
                : tool.path("tool_name").asText();
    }
}
