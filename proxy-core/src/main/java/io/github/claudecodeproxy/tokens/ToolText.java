package io.github.claudecodeproxy.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.Tool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tools as models read them. */
final class ToolText {

    private static final int DEEPEST = 32;

    private ToolText() {}

    /** JSON, as the chat templates of open models have it. */
    static String json(Tool tool) {
        ObjectNode function = JsonNodeFactory.instance.objectNode();
        function.put("type", "function");
        ObjectNode inside = function.putObject("function");
        inside.put("name", tool.name());
        inside.put("description", tool.description());
        inside.set("parameters", tool.inputSchema());
        return function.toString();
    }

    /** A type in a namespace, as OpenAI's models are known to be given it. */
    static String namespace(Tool tool) {
        StringBuilder text = new StringBuilder();
        comment(tool.description(), text);
        text.append("type ").append(tool.name()).append(" = (");
        JsonNode schema = tool.inputSchema();
        if (schema != null && schema.path("properties").size() > 0) {
            text.append("_: ");
            object(schema, text, 0);
        }
        return text.append(") => any;\n\n").toString();
    }

    private static void object(JsonNode schema, StringBuilder text, int depth) {
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        text.append("{\n");
        schema.path("properties").properties().forEach(property -> {
            JsonNode value = property.getValue();
            comment(value.path("description").textValue(), text);
            text.append(property.getKey()).append(required.contains(property.getKey()) ? ": " : "?: ");
            type(value, text, depth + 1);
            text.append(",");
            if (value.has("default")) {
                text.append(" // default: ").append(value.get("default"));
            }
            text.append('\n');
        });
        text.append('}');
    }

    private static void type(JsonNode schema, StringBuilder text, int depth) {
        JsonNode choices = schema.has("anyOf") ? schema.path("anyOf") : schema.path("oneOf");
        if (depth > DEEPEST || schema.has("$ref")) {
            text.append("any");
        } else if (schema.path("enum").isArray()) {
            join(schema.path("enum"), text, (value, out) -> out.append(value));
        } else if (choices.isArray()) {
            join(choices, text, (choice, out) -> type(choice, out, depth + 1));
        } else if (schema.path("type").isArray()) {
            join(schema.path("type"), text, (name, out) -> out.append(name.asText()));
        } else if (schema.has("properties")) {
            object(schema, text, depth);
        } else if (schema.path("type").asText().equals("array")) {
            type(schema.path("items"), text, depth + 1);
            text.append("[]");
        } else {
            String name = schema.path("type").asText("any");
            text.append(name.equals("integer") ? "number" : name);
        }
    }

    private interface Part {

        void write(JsonNode node, StringBuilder out);
    }

    private static void join(JsonNode nodes, StringBuilder text, Part part) {
        String between = "";
        for (JsonNode node : nodes) {
            text.append(between);
            part.write(node, text);
            between = " | ";
        }
    }

    private static void comment(@Nullable String description, StringBuilder text) {
        if (description != null && !description.isEmpty()) {
            text.append("// ").append(description.replace("\n", "\n// ")).append('\n');
        }
    }
}
