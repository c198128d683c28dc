package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** One content block of a stream, from its start to its stop. */
final class BlockCheck {

    private static final Pattern TOOL_ID = Pattern.compile("[a-zA-Z0-9_-]+");

    /** Which member of each delta carries its value. */
    private static final Map<String, String> VALUE_OF = Map.of(
            "text_delta", "text",
            "thinking_delta", "thinking",
            "signature_delta", "signature",
            "input_json_delta", "partial_json",
            "citations_delta", "citation");

    private final int index;
    private final JsonNode start;
    private final String type;
    private final Consumer<String> violation;
    private final StringBuilder text = new StringBuilder();
    private boolean signed;
    private int inputDeltas;

    BlockCheck(int index, JsonNode start, Consumer<String> violation) {
        this.index = index;
        this.start = start;
        this.type = start.path("type").asText();
        this.violation = violation;
        checkStart();
    }

    int index() {
        return index;
    }

    String id() {
        return start.path("id").asText();
    }

    boolean isToolUse() {
        return type.equals("tool_use");
    }

    private void checkStart() {
        switch (type) {
            case "text" -> startsEmpty("text");
            case "thinking" -> {
                startsEmpty("thinking");
                startsEmpty("signature");
            }
            case "tool_use", "server_tool_use" -> toolStart();
            case "redacted_thinking" ->
                expect(!start.path("data").asText().isEmpty(), "redacted_thinking without data");
            default -> expect(type.endsWith("_tool_result"), "unknown block type " + start.path("type"));
        }
    }

    private void startsEmpty(String member) {
        JsonNode value = start.path(member);
        expect(value.isTextual() && value.asText().isEmpty(), type + " block must start with " + member + " \"\"");
    }

    private void toolStart() {
        expect(TOOL_ID.matcher(id()).matches(), "bad tool id " + start.path("id"));
        expect(!start.path("name").asText().isEmpty(), "tool without a name");
        JsonNode input = start.path("input");
        expect(input.isObject() && input.isEmpty(), "tool block must start with input {}");
    }

    void delta(JsonNode delta) {
        String kind = delta.path("type").asText();
        if (!allowed().contains(kind)) {
            violation.accept(delta.path("type") + " does not fit a " + type + " block");
            return;
        }
        JsonNode value = delta.path(VALUE_OF.getOrDefault(kind, ""));
        expect(value.isTextual() || (kind.equals("citations_delta") && value.isObject()), kind + " without its value");
        expect(!signed, kind + " after the signature");
        append(kind, value.asText());
    }

    private Set<String> allowed() {
        return switch (type) {
            case "text" -> Set.of("text_delta", "citations_delta");
            case "thinking" -> Set.of("thinking_delta", "signature_delta");
            case "tool_use", "server_tool_use" -> Set.of("input_json_delta");
            default -> Set.of();
        };
    }

    private void append(String kind, String value) {
        switch (kind) {
            case "signature_delta" -> signed = true;
            case "input_json_delta" -> {
                expect(inputDeltas++ > 0 || value.isEmpty(), "the first input_json_delta must be \"\"");
                text.append(value);
            }
            default -> text.append(value);
        }
    }

    void stop() {
        switch (type) {
            case "text" -> expect(!text.isEmpty(), "empty text block");
            // without text but signed: that is how thinking looks when the client asked to have it omitted
            case "thinking" -> expect(!text.isEmpty() || signed, "empty thinking block");
            case "tool_use", "server_tool_use" -> expect(inputDeltas > 0, "tool block without an input_json_delta");
            default -> {}
        }
    }

    /** Checks the joined tool input; none at all means {@code {}}. */
    void inputParses() {
        if (inputDeltas > 0 && !text.isEmpty()) {
            expect(Json.object(text.toString()).isPresent(), "input of block " + index + " is no JSON object: " + text);
        }
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds) {
            violation.accept(otherwise);
        }
    }
}
