package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.ProviderProfile.CallNotation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** What a {@link TextCallReader} makes of a text, with the tools Read and Bash on offer. */
final class TextCalls {

    private final List<String> found = new ArrayList<>();
    private final TextCallReader reader;

    TextCalls() {
        this(EnumSet.allOf(CallNotation.class), "");
    }

    TextCalls(EnumSet<CallNotation> notations, String begun) {
        JsonNode read = json("""
                {"type": "object", "required": ["file_path"], "properties": {
                  "file_path": {"type": "string"}, "limit": {"type": "integer"}, "ratio": {"type": "number"},
                  "all": {"type": "boolean"}, "lines": {"type": "array"}, "filter": {"type": ["object", "null"]},
                  "either": {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "any": {}}}""");
        JsonNode bash = json("{\"type\": \"object\", \"properties\": {\"command\": {\"type\": \"string\"}}}");
        TextCallConverter converter = new TextCallConverter(Map.of("Read", read, "Bash", bash));
        reader = new TextCallReader(
                notations,
                begun,
                converter,
                this::text,
                call -> found.add("CALL " + call.name() + " " + call.arguments()));
    }

    private void text(String text) {
        int last = found.size() - 1;
        if (last >= 0 && found.get(last).startsWith("TEXT ")) {
            found.set(last, found.get(last) + text);
        } else {
            found.add("TEXT " + text);
        }
    }

    private static JsonNode json(String text) {
        try {
            return ClaudeJson.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything in a text, which comes in one piece. */
    static List<String> in(String text) {
        TextCalls calls = new TextCalls();
        calls.accept(text);
        return calls.end();
    }

    void accept(String piece) {
        reader.accept(piece);
    }

    /** What was passed on so far: {@code TEXT ...} and {@code CALL name arguments}. */
    List<String> soFar() {
        return List.copyOf(found);
    }

    List<String> end() {
        reader.end();
        return soFar();
    }

    List<String> realCalls() {
        reader.realCalls();
        return soFar();
    }
}
