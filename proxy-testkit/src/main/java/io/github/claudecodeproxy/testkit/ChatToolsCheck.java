package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/** The tools on offer, and what may be said about them. */
final class ChatToolsCheck {

    private final JsonNode body;
    private final ChatDialect dialect;
    private final boolean thinks;
    private final Set<String> names = new HashSet<>();

    ChatToolsCheck(JsonNode body, ChatDialect dialect, boolean thinks) {
        this.body = body;
        this.dialect = dialect;
        this.thinks = thinks;
    }

    void run(Place top) {
        JsonNode tools = body.path("tools");
        if (body.has("tools")) {
            Place place = top.at("tools");
            place.expect(tools.isArray() && !tools.isEmpty(), "is empty or no array");
            place.expect(tools.size() <= dialect.limit("max_tools"), "has " + tools.size() + " tools");
            for (int i = 0; i < tools.size(); i++) {
                tool(tools.get(i), place.at(i));
            }
        }
        top.expect(body.has("tools") || !body.has("tool_choice"), "has a tool_choice without tools");
        top.expect(body.has("tools") || !body.has("parallel_tool_calls"), "has parallel_tool_calls without tools");
        JsonNode parallel = body.path("parallel_tool_calls");
        top.expect(parallel.isMissingNode() || parallel.isBoolean(), "parallel_tool_calls is no boolean");
        if (body.has("tool_choice")) {
            choice(body.path("tool_choice"), top.at("tool_choice"));
        }
    }

    private void tool(JsonNode tool, Place place) {
        place.members(tool, Set.of("type", "function"));
        place.expect(tool.path("type").asText().equals("function"), "is of type " + tool.path("type"));
        JsonNode function = tool.path("function");
        Place inside = place.at("function");
        inside.members(function, Set.of("name", "description", "parameters", "strict"));
        String name = function.path("name").asText();
        inside.expect(dialect.matches("tool_name", name), "bad name " + name);
        inside.expect(names.add(name), "second tool named " + name);
        JsonNode description = function.path("description");
        inside.expect(description.isMissingNode() || ChatRequestCheck.isText(description), "empty description");
        JsonNode strict = function.path("strict");
        inside.expect(strict.isMissingNode() || strict.isBoolean(), "strict is no boolean");
        inside.expect(strict.isMissingNode() || dialect.is("strict_tools"), "has strict, which nobody there knows");
        parameters(function.path("parameters"), strict.booleanValue(), inside.at("parameters"));
    }

    private void parameters(JsonNode parameters, boolean strict, Place place) {
        place.expect(parameters.path("type").asText().equals("object"), "is no schema of an object");
        place.expect(parameters.path("properties").isObject(), "has no properties");
        new SchemaCheck(dialect, strict).run(parameters, place);
    }

    private void choice(JsonNode choice, Place place) {
        String form = choice.isTextual() ? choice.textValue() : "named";
        boolean more = thinks && !dialect.isNull("tool_choice_while_thinking");
        boolean taken = dialect.has("tool_choice", form) && (!more || dialect.has("tool_choice_while_thinking", form));
        place.expect(taken, "is " + choice + ", which is not taken");
        if (choice.isTextual()) {
            return;
        }
        place.members(choice, Set.of("type", "function"));
        place.expect(choice.path("type").asText().equals("function"), "is of type " + choice.path("type"));
        place.at("function").members(choice.path("function"), Set.of("name"));
        String name = choice.at("/function/name").asText();
        place.expect(names.contains(name), "names " + name + ", which is not on offer");
    }
}
