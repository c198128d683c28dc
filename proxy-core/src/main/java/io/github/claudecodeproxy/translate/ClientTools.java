package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.Tool;
import io.github.claudecodeproxy.provider.ModelPattern;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tools of {@code client-tools.json}, which Anthropic defined and clients run: they come without a schema. Immutable.
 *
 * @param tools single tools, the first that matches wins
 * @param toolsets sets of tools
 */
record ClientTools(List<Definition> tools, List<Toolset> toolsets) {

    private static final ClientTools BUILT_IN = DataFile.read("client-tools.json", ClientTools.class);

    ClientTools(@JsonProperty("tools") List<Definition> tools, @JsonProperty("toolsets") List<Toolset> toolsets) {
        this.tools = List.copyOf(tools);
        this.toolsets = List.copyOf(toolsets);
    }

    static ClientTools builtIn() {
        return BUILT_IN;
    }

    /**
     * One tool.
     *
     * @param match which types it defines; null for members of a set
     * @param name its name, for members of a set
     * @param description for the model
     * @param parameters its schema
     */
    record Definition(
            @JsonProperty("match") @Nullable ModelPattern match,
            @JsonProperty("name") @Nullable String name,
            @JsonProperty("description") String description,
            @JsonProperty("parameters") JsonNode parameters) {}

    /**
     * A set of tools.
     *
     * @param match which types it defines
     * @param name how clients call it
     * @param members its tools
     */
    record Toolset(
            @JsonProperty("match") ModelPattern match,
            @JsonProperty("name") String name,
            @JsonProperty("members") List<Definition> members) {

        /** Whether the client offers this member: its configuration may switch each off. */
        static boolean enabled(Tool tool, String member) {
            JsonNode configs = tool.extra().get("configs");
            JsonNode enabled = configs == null ? null : configs.path(member).path("enabled");
            return enabled == null || enabled.asBoolean(true);
        }
    }

    /** The definition of a tool of this type; null when clients do not run it. */
    @Nullable
    Definition tool(String type) {
        return tools.stream()
                .filter(tool -> tool.match() != null && tool.match().matches(type))
                .findFirst()
                .orElse(null);
    }

    /** The set of this type; null when it is none. */
    @Nullable
    Toolset toolset(String type) {
        return toolsets.stream()
                .filter(set -> set.match().matches(type))
                .findFirst()
                .orElse(null);
    }

    /** What the model should know of a screen, from the client's settings. */
    static String describe(Definition definition, Tool tool) {
        Map<String, JsonNode> settings = tool.extra();
        JsonNode width = settings.get("display_width_px");
        JsonNode height = settings.get("display_height_px");
        return width == null || height == null
                ? definition.description()
                : definition.description() + " The screen has " + width.asText() + " x " + height.asText() + " pixels.";
    }
}
