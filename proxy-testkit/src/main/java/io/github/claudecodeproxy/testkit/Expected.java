package io.github.claudecodeproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares JSON with what a fixture expects: {@code "*"} stands for any value, {@code "msg_*"} for any text that begins
 * so; the order of members does not count, their presence does. Stateless; no method takes or returns null.
 */
public final class Expected {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> JOINABLE =
            Map.of("text_delta", "text", "thinking_delta", "thinking", "input_json_delta", "partial_json");

    private Expected() {}

    /**
     * Compares one value.
     *
     * @param what names it in the failure
     * @throws AssertionError listing the differences
     */
    public static void same(JsonNode actual, JsonNode expected, String what) {
        List<String> differences = new ArrayList<>();
        compare(actual, expected, "$", differences);
        assertThat(differences)
                .as("%s%nexpected: %s%nactual:   %s", what, expected, actual)
                .isEmpty();
    }

    private static void compare(JsonNode actual, JsonNode expected, String path, List<String> differences) {
        if (expected.isTextual() && expected.textValue().endsWith("*")) {
            String prefix =
                    expected.textValue().substring(0, expected.textValue().length() - 1);
            if (actual.isMissingNode() || !actual.asText().startsWith(prefix)) {
                differences.add(path + ": " + actual + " instead of " + expected);
            }
        } else if (expected.isObject() && actual.isObject()) {
            actual.fieldNames().forEachRemaining(name -> {
                if (!expected.has(name)) {
                    differences.add(path + "." + name + ": unexpected " + actual.get(name));
                }
            });
            expected.properties()
                    .forEach(member -> compare(
                            actual.path(member.getKey()),
                            member.getValue(),
                            path + "." + member.getKey(),
                            differences));
        } else if (bothArrays(actual, expected) && expected.size() == actual.size()) {
            for (int i = 0; i < expected.size(); i++) {
                compare(actual.get(i), expected.get(i), path + "[" + i + "]", differences);
            }
        } else if (!equal(actual, expected)) {
            differences.add(path + ": " + actual + " instead of " + expected);
        }
    }

    private static boolean bothArrays(JsonNode actual, JsonNode expected) {
        return actual.isArray() && expected.isArray();
    }

    private static boolean equal(JsonNode actual, JsonNode expected) {
        return (actual.isNumber() && expected.isNumber())
                ? actual.decimalValue().compareTo(expected.decimalValue()) == 0
                : actual.equals(expected);
    }

    /**
     * The data of the events; deltas of one block that only add text are joined, because their cut does not count.
     *
     * @throws JsonProcessingException when one is no JSON
     */
    public static ArrayNode events(String sse) throws JsonProcessingException {
        ArrayNode events = JSON.createArrayNode();
        for (String frame : sse.strip().split("\n\n")) {
            String[] lines = frame.strip().split("\n", 2);
            ObjectNode data = (ObjectNode) JSON.readTree(lines[1].substring("data:".length()));
            assertThat(lines[0]).isEqualTo("event: " + data.path("type").asText());
            if (!join(events, data)) {
                events.add(data);
            }
        }
        return events;
    }

    private static boolean join(ArrayNode events, ObjectNode data) {
        JsonNode last = events.path(events.size() - 1);
        String type = data.path("delta").path("type").asText();
        String field = JOINABLE.get(type);
        if (field == null || !last.path("delta").path("type").asText().equals(type)) {
            return false;
        }
        ObjectNode delta = (ObjectNode) last.path("delta");
        delta.put(
                field,
                delta.path(field).asText() + data.path("delta").path(field).asText());
        return true;
    }
}
