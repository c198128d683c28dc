package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The fields of a request's body that only some providers know, on their way into it. */
final class Body {

    private Body() {}

    /** Puts the members of an object of the provider data into the body; objects that both have are merged. */
    static void merge(JsonNode members, Map<String, JsonNode> body) {
        members.properties().forEach(member -> {
            if (body.get(member.getKey()) instanceof ObjectNode old && member.getValue() instanceof ObjectNode added) {
                body.put(member.getKey(), merged(old, added));
            } else {
                body.put(member.getKey(), member.getValue());
            }
        });
    }

    private static ObjectNode merged(ObjectNode old, ObjectNode added) {
        ObjectNode result = old.deepCopy();
        added.properties().forEach(member -> {
            if (result.get(member.getKey()) instanceof ObjectNode inner
                    && member.getValue() instanceof ObjectNode more) {
                result.set(member.getKey(), merged(inner, more));
            } else {
                result.set(member.getKey(), member.getValue());
            }
        });
        return result;
    }

    /** Puts a value where a path with dots says, inside of objects that are there or are made. */
    static void put(String path, JsonNode value, Map<String, JsonNode> body) {
        JsonNode nested = value;
        String[] names = path.split("\\.");
        for (int i = names.length - 1; i >= 0; i--) {
            nested = JsonNodeFactory.instance.objectNode().set(names[i], nested);
        }
        merge(nested, body);
    }
}
