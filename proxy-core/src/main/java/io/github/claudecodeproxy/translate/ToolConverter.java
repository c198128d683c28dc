package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ClaudeRequest.ToolChoice;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.InputMessage;
import io.github.claudecodeproxy.claude.Tool;
import io.github.claudecodeproxy.openai.ChatTool;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns tools and tool choice into functions and their choice. Used once. */
final class ToolConverter {

    private static final String AUTO = "auto";
    private static final String NONE = "none";
    private static final String REQUIRED = "required";
    private static final String NAMED = "named";
    private static final String ALONE = "alone";

    private final ProviderProfile.Tools forms;
    private final boolean strictSchemas;
    private final ModelData model;
    private final ClaudeRequest request;
    private final @Nullable ToolChoice wanted;
    private final List<String> choices;
    private final boolean hostedSearch;
    private final ProviderProfile.Search searchForms;
    private final ToolNames names;
    private final Diagnostics diagnostics;

    private List<ChatTool> functions = new ArrayList<>();
    private @Nullable JsonNode choice;
    private @Nullable Tool search;
    private String searchPath = "";

    ToolConverter(
            ProviderProfile profile, ModelData model, ClaudeRequest request, ToolNames names, Diagnostics diagnostics) {
        this.forms = profile.tools();
        this.strictSchemas = profile.parameters().strictSchemas();
        this.model = model;
        this.request = request;
        this.wanted = request.toolChoice();
        List<String> whileReasoning = forms.choiceWhileReasoning();
        this.choices =
                whileReasoning == null || ReasoningConverter.off(request.thinking()) ? forms.choice() : whileReasoning;
        this.hostedSearch = HostedSearch.possible(profile);
        this.searchForms = profile.responses().search();
        this.names = names;
        this.diagnostics = diagnostics;
    }

    /** Converts both; {@link #functions} and {@link #choice} have the result. */
    void convert() {
        List<Tool> tools = ToolChanges.apply(request);
        if (!tools.isEmpty() && !model.tools()) {
            for (int i = 0; i < tools.size(); i++) {
                diagnostics.add(Kind.TOOL_DROPPED, "tools." + i, "the model takes no tools");
            }
            return;
        }
        if (withheld()) {
            return;
        }
        boolean any = tools.stream().anyMatch(ToolConverter::deferred);
        Set<String> loaded = any ? loaded(tools) : Set.of();
        for (int i = 0; i < tools.size(); i++) {
            add(tools.get(i), "tools." + i, loaded);
        }
        enforceMost(tools, loaded);
        choice = choice();
    }

    /** The functions on offer. */
    List<ChatTool> functions() {
        return functions;
    }

    /** Whether the host is to search the web. */
    boolean searches() {
        return search != null;
    }

    /** How the host is to search the web; null when it is not to. */
    @Nullable
    ObjectNode search() {
        return search == null ? null : HostedSearch.settings(search, searchPath, searchForms, diagnostics);
    }

    /** How often it may search; null for as often as it likes. */
    @Nullable
    JsonNode mostSearches() {
        JsonNode most = search == null ? null : search.extra().get("max_uses");
        return most != null && most.isInt() ? most : null;
    }

    /** The choice as the host takes it; null leaves the host's default, which is auto. */
    @Nullable
    JsonNode chosen() {
        return choice;
    }

    private void add(Tool tool, String path, Set<String> loaded) {
        if (tool.custom()) {
            String name = tool.name();
            if (name == null) {
                throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, path + ".name: Field required");
            }
            if (!deferred(tool) || loaded.contains(name)) {
                functions.add(custom(tool, name, path));
            }
            return;
        }
        String type = Objects.requireNonNullElse(tool.type(), "");
        ClientTools.Definition definition = ClientTools.builtIn().tool(type);
        ClientTools.Toolset toolset = ClientTools.builtIn().toolset(type);
        if (definition != null) {
            String name = Objects.requireNonNullElse(tool.name(), type);
            String description = ClientTools.describe(definition, tool);
            functions.add(function(names.upstream(name), description, definition.parameters(), null, path));
        } else if (toolset != null) {
            addMembers(toolset, tool, path);
        } else {
            server(tool, type, path);
        }
    }

    private void addMembers(ClientTools.Toolset toolset, Tool tool, String path) {
        for (ClientTools.Definition member : toolset.members()) {
            String name = Objects.requireNonNullElse(member.name(), "");
            if (ClientTools.Toolset.enabled(tool, name)) {
                String upstream = names.upstream(new ToolNames.ClientName(name, toolset.name()));
                functions.add(function(upstream, member.description(), member.parameters(), null, path));
            }
        }
    }

    /** A tool that only Anthropic's servers run. */
    private void server(Tool tool, String type, String path) {
        if (hostedSearch && HostedSearch.is(tool)) {
            search = tool;
            searchPath = path;
        } else if (type.startsWith("web_search")) {
            diagnostics.add(Kind.TOOL_DROPPED, path, "the provider has no search of its own; the tool was left out");
        } else if (type.startsWith("tool_search")) {
            diagnostics.add(Kind.HINT_DROPPED, path, "tools that could be searched for are offered at once");
        } else {
            throw new ClaudeException(
                    ClaudeError.Type.INVALID_REQUEST,
                    path + ".type: '" + ContentConverter.printable(type)
                            + "' runs on Anthropic's servers and is not available here");
        }
    }

    /** A host that cannot be told to call nothing is offered nothing, unless the history would not make sense then. */
    private boolean withheld() {
        return wanted != null
                && wanted.type().equals(NONE)
                && !choices.contains(NONE)
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
    private Set<String> loaded(List<Tool> tools) {
        Set<String> loaded = named();
        if (tools.stream().noneMatch(ToolConverter::searches)) {
            tools.stream().map(Tool::name).forEach(loaded::add);
        }
        return loaded;
    }

    /** The tools that the conversation or the choice names. */
    private Set<String> named() {
        Set<String> named = new HashSet<>();
        for (InputMessage message : request.messages()) {
            for (ContentBlock block : message.content()) {
                if (block instanceof ContentBlock.ToolUse use) {
                    named.add(use.name());
                } else if (block instanceof ContentBlock.ToolResult result && result.content() != null) {
                    references(result.content(), named);
                } else if (block instanceof ContentBlock.ToolAddition addition) {
                    named.add(addition.tool().path("name").asText());
                }
            }
        }
        if (wanted != null && wanted.name() != null) {
            named.add(wanted.name());
        }
        return named;
    }

    private static void references(List<ContentBlock> blocks, Set<String> named) {
        for (ContentBlock block : blocks) {
            if (block instanceof ContentBlock.ToolReference reference) {
                named.add(reference.toolName());
            }
        }
    }

    private ChatTool custom(Tool tool, String name, String path) {
        Boolean strict = null;
        JsonNode schema = tool.inputSchema();
        if (Boolean.TRUE.equals(tool.strict())) {
            boolean fits = schema != null && StrictSchema.fits(schema);
            strict = strictSchemas ? fits : null;
            if (!strictSchemas || !fits) {
                diagnostics.add(
                        Kind.PARAMETER_CHANGED,
                        path + ".strict",
                        "the schema is a hint; the provider cannot enforce it");
            }
        }
        return function(names.upstream(name), tool.description(), schema, strict, path);
    }

    private ChatTool function(
            String name,
            @Nullable String description,
            @Nullable JsonNode schema,
            @Nullable Boolean strict,
            String path) {
        ToolSchema cleaning = new ToolSchema(forms);
        ObjectNode parameters = cleaning.parameters(schema);
        if (cleaning.changed()) {
            diagnostics.add(Kind.SCHEMA_CHANGED, path, "the schema lost what the provider refuses");
        }
        return ChatTool.of(new ChatTool.Function(name, description, parameters, strict));
    }

    /** Deferred tools that nobody has named go first when there are too many. */
    private void enforceMost(List<Tool> tools, Set<String> loaded) {
        Integer most = forms.max();
        if (most == null || functions.size() <= most) {
            return;
        }
        Set<String> named = named();
        List<String> spare = new ArrayList<>();
        Map<String, String> paths = new HashMap<>();
        for (int i = 0; i < tools.size(); i++) {
            Tool tool = tools.get(i);
            String name = tool.name();
            if (deferred(tool) && name != null && loaded.contains(name) && !named.contains(name)) {
                spare.add(names.upstream(name));
                paths.put(names.upstream(name), "tools." + i);
            }
        }
        if (functions.size() - spare.size() > most) {
            throw new ClaudeException(ClaudeError.of(
                            ClaudeError.Type.INVALID_REQUEST,
                            "tools: the provider takes " + most + " tools, and these are " + functions.size())
                    .withErrorCode("available_tools_limit_exceeded"));
        }
        List<ChatTool> kept = new ArrayList<>(functions);
        for (int i = spare.size() - 1; kept.size() > most; i--) {
            String name = spare.get(i);
            kept.removeIf(tool -> tool.function().name().equals(name));
            diagnostics.add(
                    Kind.TOOL_DROPPED, paths.getOrDefault(name, "tools"), "the provider takes " + most + " tools only");
        }
        functions = kept;
    }

    private @Nullable JsonNode choice() {
        if (wanted == null || (functions.isEmpty() && search == null)) {
            return null;
        }
        return switch (wanted.type()) {
            case "any" -> allowed(REQUIRED, TextNode.valueOf(forms.required()));
            case "tool" -> named(wanted);
            case NONE -> allowed(NONE, TextNode.valueOf(NONE));
            default -> allowed(AUTO, TextNode.valueOf(AUTO));
        };
    }

    private @Nullable JsonNode named(ToolChoice choice) {
        if (search != null && HostedSearch.NAME.equals(choice.name())) {
            return functions.isEmpty() ? TextNode.valueOf(forms.required()) : HostedSearch.choice();
        }
        String name = choice.name() == null ? "" : names.upstream(choice.name());
        List<ChatTool> alone = functions.stream()
                .filter(tool -> tool.function().name().equals(name))
                .toList();
        if (alone.isEmpty()) {
            diagnostics.add(
                    Kind.PARAMETER_DROPPED, "tool_choice.name", "the tool is not on offer; the choice was dropped");
            return null;
        }
        if (!choices.contains(NAMED) && choices.contains(ALONE)) {
            functions = alone;
            return TextNode.valueOf(forms.required());
        }
        ObjectNode function = JsonNodeFactory.instance.objectNode().put("type", "function");
        function.putObject("function").put("name", name);
        return allowed(NAMED, function);
    }

    private @Nullable JsonNode allowed(String form, JsonNode value) {
        if (choices.contains(form)) {
            return value;
        }
        if (!form.equals(AUTO)) {
            diagnostics.add(
                    Kind.PARAMETER_CHANGED, "tool_choice", "the provider does not take this choice; it became auto");
        }
        return choices.contains(AUTO) ? TextNode.valueOf(AUTO) : null;
    }

    /** False when at most one call is wanted and the host can be told; null otherwise. */
    @Nullable
    Boolean parallelToolCalls() {
        if (wanted == null || functions.isEmpty() || !Boolean.TRUE.equals(wanted.disableParallelToolUse())) {
            return null;
        }
        if (!forms.parallel()) {
            diagnostics.add(
                    Kind.PARAMETER_DROPPED, "tool_choice.disable_parallel_tool_use", "the provider cannot be told");
            return null;
        }
        return false;
    }
}
