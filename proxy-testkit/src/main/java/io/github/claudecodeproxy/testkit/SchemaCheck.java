package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A JSON schema, of which a dialect may refuse keywords, and strict mode most of them. */
final class SchemaCheck {

    /** Members that hold one schema, or an array of them. */
    private static final List<String> SCHEMAS = List.of(
            "items",
            "prefixItems",
            "additionalProperties",
            "contains",
            "propertyNames",
            "allOf",
            "anyOf",
            "oneOf",
            "not",
            "if",
            "then",
            "else");

    /** Members that hold schemas by name. */
    private static final List<String> NAMED_SCHEMAS =
            List.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

    private static final Set<String> REFUSED_IF_STRICT =
            Set.of("allOf", "oneOf", "not", "if", "then", "else", "patternProperties");

    /** What a tool may have in Anthropic's API beside its schema, and what must not slip into it. */
    private static final Set<String> OF_TOOLS = Set.of(
            "input_schema",
            "cache_control",
            "defer_loading",
            "eager_input_streaming",
            "input_examples",
            "allowed_callers",
            "strict");

    private final ChatDialect dialect;
    private final boolean strict;
    private final Set<String> refused;

    SchemaCheck(ChatDialect dialect, boolean strict) {
        this.dialect = dialect;
        this.strict = strict;
        this.refused = new HashSet<>(dialect.texts("schema_keywords_refused"));
        refused.addAll(OF_TOOLS);
        if (strict) {
            refused.addAll(REFUSED_IF_STRICT);
        }
    }

    void run(JsonNode schema, Place place) {
        place.expect(schema.isObject(), "is no object but " + schema);
        place.expect(!strict || !schema.has("anyOf"), "is strict with anyOf at its root");
        schema(schema, place);
    }

    private void schema(JsonNode schema, Place place) {
        if (schema.isArray()) {
            for (int i = 0; i < schema.size(); i++) {
                schema(schema.get(i), place.at(i));
            }
            return;
        }
        if (!schema.isObject()) {
            return;
        }
        refused.forEach(keyword -> place.expect(!schema.has(keyword), keyword + " is not taken"));
        place.expect(dialect.is("schema_type_lists") || !schema.path("type").isArray(), "type is a list");
        required(schema, place);
        SCHEMAS.forEach(member -> schema(schema.path(member), place.at(member)));
        NAMED_SCHEMAS.forEach(member -> schema.path(member)
                .properties()
                .forEach(named -> schema(named.getValue(), place.at(member).at(named.getKey()))));
    }

    private void required(JsonNode schema, Place place) {
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> place.expect(required.add(name.asText()), name + " is required twice"));
        if (strict && schema.path("properties").isObject()) {
            schema.path("properties")
                    .fieldNames()
                    .forEachRemaining(name ->
                            place.expect(required.contains(name), "is strict, but " + name + " is not required"));
            JsonNode additional = schema.path("additionalProperties");
            place.expect(
                    additional.isBoolean() && !additional.booleanValue(), "is strict, but takes additional properties");
        }
    }
}
