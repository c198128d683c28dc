package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ClaudeRequest.ToolChoice;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.InputMessage;
import io.github.claudecodeproxy.claude.Tool;
import io.github.claudecodeproxy.openai.ChatTool;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns tools and tool choice into functions and their choice. */
final class ToolConverter {

    private final ProviderProfile profile;
    private final List<String> choices;
    private final ToolNames names;
    private final Diagnostics diagnostics;

    ToolConverter(ProviderProfile profile, ClaudeRequest request, ToolNames names, Diagnostics diagnostics) {
        this.profile = profile;
        this.choices = choices(profile.tools(), request);
        this.names = names;
        this.diagnostics = diagnostics;
    }

    private static List<String> choices(ProviderProfile.Tools tools, ClaudeRequest request) {
        List<String> whileReasoning = tools.choiceWhileReasoning();
        return whileReasoning == null || ReasoningConverter.off(request.thinking()) ? tools.choice() : whileReasoning;
    }

    List<ChatTool> tools(ClaudeRequest request) {
        List<Tool> tools = request.tools() == null || withheld(request) ? List.of() : request.tools();
        Set<String> loaded = tools.stream().anyMatch(ToolConverter::deferred) ? loaded(tools, request) : Set.of();
        List<ChatTool> functions = new ArrayList<>(tools.size());
        for (int i = 0; i < tools.size(); i++) {
            Tool tool = tools.get(i);
            String path = "tools." + i;
            if (!tool.custom() || tool.name() == null) {
                diagnostics.add(Kind.TOOL_DROPPED, path, "a tool that the provider does not have was left out");
            } else if (!deferred(tool) || loaded.contains(tool.name())) {
                functions.add(function(tool, tool.name(), path));
            }
        }
        return functions;
    }

    /** A host that cannot be told to call nothing is offered nothing, unless the history would not make sense then. */
    private boolean withheld(ClaudeRequest request) {
        return request.toolChoice() != null
                && request.toolChoice().type().equals("none")
                && !choices.contains("none")
                && request.messages().stream()
                        .flatMap(message -> message.content().stream())
                        .noneMatch(ContentBlock.ToolUse.class::isInstance);
    }

    private static boolean deferred(Tool tool) {
        return Boolean.TRUE.equals(tool.deferLoading());
    }

    /** Claude Code brings a search of its own, by this name. */
    private static boolean searches(Tool tool) {
        return tool.custom() && "ToolSearch".equals(tool.name());
    }

    /** A deferred tool is on offer once the conversation has named it; when nobody can search for it, at once. */
    private static Set<String> loaded(List<Tool> tools, ClaudeRequest request) {
        Set<String> loaded = new HashSet<>();
        for (InputMessage message : request.messages()) {
            for (ContentBlock block : message.content()) {
                if (block instanceof ContentBlock.ToolUse use) {
                    loaded.add(use.name());
                } else if (block instanceof ContentBlock.ToolResult result && result.content() != null) {
                    references(result.content(), loaded);
                }
            }
        }
        if (request.toolChoice() != null && request.toolChoice().name() != null) {
            loaded.add(request.toolChoice().name());
        }
        if (tools.stream().noneMatch(ToolConverter::searches)) {
            tools.stream().map(Tool::name).forEach(loaded::add);
        }
        return loaded;
    }

    private static void references(List<ContentBlock> blocks, Set<String> loaded) {
        for (ContentBlock block : blocks) {
            if (block instanceof ContentBlock.ToolReference reference) {
                loaded.add(reference.toolName());
            }
        }
    }

    private ChatTool function(Tool tool, String name, String path) {
        if (Boolean.TRUE.equals(tool.strict())) {
            diagnostics.add(
                    Kind.PARAMETER_DROPPED,
                    path + ".strict",
                    "the schema is sent as a hint; the provider does not enforce it");
        }
        return ChatTool.of(
                new ChatTool.Function(names.upstream(name), tool.description(), schema(tool.inputSchema()), null));
    }

    /** The schema without what servers refuse; Chat Completions wants an object with properties. */
    private ObjectNode schema(@Nullable JsonNode schema) {
        ObjectNode parameters = JsonNodeFactory.instance.objectNode();
        if (schema instanceof ObjectNode object) {
            parameters.setAll(object);
        }
        parameters.remove(List.of("$schema", "$id"));
        parameters.remove(profile.tools().schemaKeywordsRefused());
        if (!parameters.has("type")) {
            parameters.put("type", "object");
        }
        if (!parameters.has("properties")) {
            parameters.putObject("properties");
        }
        return parameters;
    }

    /** The choice as the host takes it; null leaves the host's default, which is auto. */
    @Nullable
    JsonNode choice(@Nullable ToolChoice choice, List<ChatTool> functions) {
        if (choice == null || functions.isEmpty()) {
            return null;
        }
        return switch (choice.type()) {
            case "any" -> allowed("required", TextNode.valueOf(profile.tools().required()));
            case "tool" -> named(choice, functions);
            case "none" -> allowed("none", TextNode.valueOf("none"));
            default -> allowed("auto", TextNode.valueOf("auto"));
        };
    }

    private @Nullable JsonNode named(ToolChoice choice, List<ChatTool> functions) {
        String name = choice.name() == null ? "" : names.upstream(choice.name());
        if (functions.stream().noneMatch(tool -> tool.function().name().equals(name))) {
            diagnostics.add(
                    Kind.PARAMETER_DROPPED, "tool_choice.name", "the tool is not on offer; the choice was dropped");
            return null;
        }
        ObjectNode function = JsonNodeFactory.instance.objectNode().put("type", "function");
        function.putObject("function").put("name", name);
        return allowed("named", function);
    }

    private @Nullable JsonNode allowed(String form, JsonNode value) {
        if (choices.contains(form)) {
            return value;
        }
        diagnostics.add(
                Kind.PARAMETER_CHANGED, "tool_choice", "the provider does not take this choice; it became auto");
        return choices.contains("auto") ? TextNode.valueOf("auto") : null;
    }

    /** False when at most one call is wanted and the host can be told; null otherwise. */
    @Nullable
    Boolean parallelToolCalls(@Nullable ToolChoice choice, List<ChatTool> functions) {
        if (choice == null || functions.isEmpty() || !Boolean.TRUE.equals(choice.disableParallelToolUse())) {
            return null;
        }
        if (!profile.tools().parallel()) {
            diagnostics.add(
                    Kind.PARAMETER_DROPPED, "tool_choice.disable_parallel_tool_use", "the provider cannot be told");
            return null;
        }
        return false;
    }
}
