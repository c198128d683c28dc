package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON schemas as a provider takes them: without the keywords that it refuses, at any depth, but never without a
 * property that only has such a name. Used once per schema.
 */
final class ToolSchema {

    private static final Set<String> NAMED_SCHEMAS =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");
    private static final Set<String> LISTS_OF_SCHEMAS = Set.of("anyOf", "oneOf", "allOf", "prefixItems");
    private static final Set<String> SCHEMAS = Set.of(
            "items",
            "additionalProperties",
            "propertyNames",
            "not",
            "if",
            "then",
            "else",
            "contains",
            "unevaluatedProperties",
            "unevaluatedItems");

    private final Set<String> refused;
    private final boolean singleType;
    private boolean changed;

    ToolSchema(ProviderProfile.Tools tools) {
        this.refused = new HashSet<>(tools.schemaKeywordsRefused());
        this.singleType = tools.schemaSingleType();
    }

    /** Whether anything but what says nothing was taken out. */
    boolean changed() {
        return changed;
    }

    /** The schema of a function's parameters: always an object with properties. */
    ObjectNode parameters(@Nullable JsonNode schema) {
        ObjectNode parameters =
                schema instanceof ObjectNode object ? clean(object) : JsonNodeFactory.instance.objectNode();
        parameters.remove("$id");
        if (!parameters.has("type")) {
            parameters.put("type", "object");
        }
        if (!parameters.has("properties")) {
            parameters.putObject("properties");
        }
        return parameters;
    }

    /** A schema as it is, without what is refused. */
    ObjectNode clean(ObjectNode schema) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        schema.properties().forEach(member -> keyword(member.getKey(), member.getValue(), result));
        return result;
    }

    private void keyword(String name, JsonNode value, ObjectNode result) {
        if (name.equals("$schema")) {
            return;
        }
        if (refused.contains(name)) {
            changed = true;
            if (name.equals("const")) {
                result.putArray("enum").add(value);
            }
        } else if (name.equals("type") && singleType && value.isArray()) {
            types(value, result);
        } else if (name.equals("required") && value.isArray()) {
            result.set(name, distinct(value));
        } else {
            result.set(name, value(name, value));
        }
    }

    private JsonNode value(String name, JsonNode value) {
        if (NAMED_SCHEMAS.contains(name) && value instanceof ObjectNode schemas) {
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            schemas.properties().forEach(member -> result.set(member.getKey(), nested(member.getValue())));
            return result;
        }
        if (value instanceof ArrayNode list && (LISTS_OF_SCHEMAS.contains(name) || name.equals("items"))) {
            ArrayNode result = JsonNodeFactory.instance.arrayNode();
            list.forEach(schema -> result.add(nested(schema)));
            return result;
        }
        return SCHEMAS.contains(name) ? nested(value) : value;
    }

    private JsonNode nested(JsonNode schema) {
        return schema instanceof ObjectNode object ? clean(object) : schema;
    }

    /** A list of types becomes one, or a choice of schemas with one each; null among them is said beside it. */
    private void types(JsonNode types, ObjectNode result) {
        changed = true;
        Set<String> names = new LinkedHashSet<>();
        types.forEach(type -> names.add(type.asText()));
        if (names.remove("null")) {
            result.put("nullable", true);
        }
        if (names.size() == 1) {
            result.put("type", names.iterator().next());
        } else {
            ArrayNode choice = result.putArray("anyOf");
            names.forEach(name -> choice.addObject().put("type", name));
        }
    }

    private static ArrayNode distinct(JsonNode names) {
        Set<JsonNode> once = new LinkedHashSet<>();
        names.forEach(once::add);
        return JsonNodeFactory.instance.arrayNode().addAll(once);
    }
}
