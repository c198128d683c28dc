package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Gives the values of parameters that a model wrote as bare text the types that the tool's schema names. What is not of
 * such a type stays a text: the client tells the model. Immutable.
 */
final class ParameterValues {

    private final JsonNode properties;

    /** For a tool whose parameters have this schema. */
    ParameterValues(JsonNode schema) {
        this.properties = schema.path("properties");
    }

    JsonNode value(String parameter, String text) {
        Set<String> types = new HashSet<>();
        collect(properties.path(parameter), types);
        if (types.contains("string")) {
            return TextNode.valueOf(text);
        }
        JsonNode value = json(text.strip(), types);
        boolean fits =
                types.isEmpty() ? value.isContainerNode() : types.stream().anyMatch(type -> is(value, type));
        return fits ? value : TextNode.valueOf(text);
    }

    private static void collect(JsonNode schema, Set<String> types) {
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            types.add(type.textValue());
        }
        type.forEach(one -> types.add(one.asText()));
        for (String choice : List.of("anyOf", "oneOf")) {
            schema.path(choice).forEach(one -> collect(one, types));
        }
    }

    private static boolean is(JsonNode value, String type) {
        return switch (type) {
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "null" -> value.isNull();
            default -> false;
        };
    }

    /** Models that think in Python write True and False. */
    private static JsonNode json(String text, Set<String> types) {
        String json = types.contains("boolean") && (text.equals("True") || text.equals("False"))
                ? text.toLowerCase(Locale.ROOT)
                : text;
        try {
            return json.isEmpty()
                    ? JsonNodeFactory.instance.missingNode()
                    : ClaudeJson.mapper().readTree(json);
        } catch (JsonProcessingException notJson) {
            return JsonNodeFactory.instance.missingNode();
        }
    }
}
