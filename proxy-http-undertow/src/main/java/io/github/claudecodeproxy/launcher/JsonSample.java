package io.github.claudecodeproxy.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Makes a plausible value for a JSON schema: the required members, the first of several choices, the least number. */
final class JsonSample {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEEPEST = 8;

    private final String directory;

    /** @param directory where sample files lie, an absolute path */
    JsonSample(String directory) {
        this.directory = directory;
    }

    /** A value that satisfies the schema, as far as the usual keywords go. */
    JsonNode of(JsonNode schema) {
        return value("value", schema, schema, 0);
    }

    private JsonNode value(String name, JsonNode schema, JsonNode root, int depth) {
        if (depth > DEEPEST) {
            return NODES.nullNode();
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (schema.path("enum").size() > 0) {
            return schema.path("enum").path(0);
        }
        if (schema.has("default")) {
            return schema.path("default");
        }
        if (schema.path("$ref").asText("").startsWith("#/")) {
            return value(name, root.at(schema.path("$ref").asText().substring(1)), root, depth + 1);
        }
        for (String choice : new String[] {"anyOf", "oneOf", "allOf"}) {
            if (schema.path(choice).size() > 0 && !schema.has("properties")) {
                return value(name, schema.path(choice).path(0), root, depth + 1);
            }
        }
        return ofType(name, schema, root, depth);
    }

    private JsonNode ofType(String name, JsonNode schema, JsonNode root, int depth) {
        return switch (type(schema)) {
            case "object" -> object(schema, root, depth);
            case "array" -> array(name, schema, root, depth);
            case "integer" -> NODES.numberNode(Math.max(1, least(schema).longValue()));
            case "number" -> schema.has("minimum") ? least(schema) : NODES.numberNode(1);
            case "boolean" -> NODES.booleanNode(false);
            case "null" -> NODES.nullNode();
            default -> NODES.textNode(text(name, schema));
        };
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            return type.path(0).asText();
        }
        return type.isMissingNode() && schema.has("properties") ? "object" : type.asText();
    }

    private static JsonNode least(JsonNode schema) {
        JsonNode least = schema.path("minimum");
        if (least.isNumber()) {
            return least;
        }
        JsonNode above = schema.path("exclusiveMinimum");
        return NODES.numberNode(above.isNumber() ? above.longValue() + 1 : 0);
    }

    private ObjectNode object(JsonNode schema, JsonNode root, int depth) {
        ObjectNode object = NODES.objectNode();
        for (JsonNode required : schema.path("required")) {
            String name = required.asText();
            object.set(name, value(name, schema.path("properties").path(name), root, depth + 1));
        }
        if (schema.path("properties").has("command")
                && schema.path("properties").has("description")) {
            object.put("description", text("description", schema));
        }
        return object;
    }

    private ArrayNode array(String name, JsonNode schema, JsonNode root, int depth) {
        ArrayNode array = NODES.arrayNode();
        for (int i = 0; i < Math.min(10, schema.path("minItems").asInt(0)); i++) {
            array.add(value(name, schema.path("items"), root, depth + 1));
        }
        return array;
    }

    private String text(String name, JsonNode schema) {
        String known = switch (name.toLowerCase(Locale.ROOT)) {
            case "command", "cmd" -> "ls -la";
            case "description" -> "List the files";
            case "file_path", "filepath", "filename", "notebook_path" -> directory + "/demo.txt";
            case "path", "directory", "dir", "cwd" -> directory;
            case "pattern", "glob" -> "*";
            case "url", "uri" -> "https://example.com/";
            case "location", "city" -> "Paris";
            case "content", "text", "new_string" -> "Hello from the demo.";
            default -> "demo";
        };
        StringBuilder text = new StringBuilder(known);
        while (text.length() < Math.min(1000, schema.path("minLength").asInt(0))) {
            text.append('.');
        }
        return text.toString();
    }
}
