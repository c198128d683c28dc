package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * The subset of JSON Schema that OpenAI can enforce.
 *
 * @see <a href="https://platform.openai.com/docs/guides/structured-outputs">Structured outputs</a>
 */
final class StrictSchema {

    private static final Set<String> ENFORCEABLE = Set.of(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "enum",
            "const",
            "anyOf",
            "description",
            "title",
            "$defs",
            "definitions",
            "$ref");
    private static final int DEEPEST = 5;

    private StrictSchema() {}

    /**
     * Whether a schema is in the subset that OpenAI can enforce: every object is closed and requires all its
     * properties, and no keyword stands anywhere that the subset does not have.
     */
    static boolean fits(JsonNode schema) {
        return schema.path("type").asText().equals("object") && !schema.has("anyOf") && fits(schema, 0);
    }

    private static boolean fits(JsonNode schema, int depth) {
        if (!schema.isObject() || depth > DEEPEST) {
            return false;
        }
        for (String name : (Iterable<String>) schema::fieldNames) {
            if (!ENFORCEABLE.contains(name)) {
                return false;
            }
        }
        boolean object = schema.path("type").asText().equals("object") || schema.has("properties");
        return (!object || closed(schema))
                && all(schema.path("properties"), depth)
                && all(schema.path("$defs"), depth)
                && all(schema.path("definitions"), depth)
                && all(schema.path("anyOf"), depth)
                && (!schema.has("items") || fits(schema.path("items"), depth + 1));
    }

    private static boolean all(JsonNode schemas, int depth) {
        for (JsonNode schema : schemas) {
            if (!fits(schema, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean closed(JsonNode schema) {
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        Set<String> properties = new HashSet<>();
        schema.path("properties").fieldNames().forEachRemaining(properties::add);
        JsonNode others = schema.path("additionalProperties");
        return others.isBoolean() && !others.booleanValue() && required.equals(properties);
    }
}
