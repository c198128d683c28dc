package io.github.claudecodeproxy.openai;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One event of a streamed response, or the whole response of a server that does not stream. Read leniently: what is
 * absent or of another type counts as not there. Immutable.
 *
 * @param type what happened; empty for a whole response
 * @param outputIndex the place of the item that it is about; negative when it names none
 * @param part the part of the item that it is about
 * @param text more of a text, or all arguments of a call
 * @param item the item that it is about, of which a beginning may be known only
 * @param response the response as far as it is known; missing when the event says nothing of it
 * @param error what went wrong; null when nothing did
 */
public record ResponsesEvent(
        String type,
        int outputIndex,
        int part,
        String text,
        JsonNode item,
        JsonNode response,
        @Nullable JsonNode error) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ResponsesEvent read(JsonNode json) {
        String type = json.path("type").asText();
        return new ResponsesEvent(
                type,
                json.path("output_index").asInt(-1),
                json.path("summary_index").asInt(json.path("content_index").asInt()),
                json.path("delta").isTextual() ? json.path("delta").textValue() : arguments(json),
                json.path("item"),
                type.isEmpty() && json.path("output").isArray() ? json : json.path("response"),
                error(type, json));
    }

    private static @Nullable JsonNode error(String type, JsonNode json) {
        if (type.equals("error")) {
            return json;
        }
        JsonNode error = json.path("error");
        // xAI says what went wrong in a text, with a code beside it.
        boolean said = error.isTextual() ? !error.textValue().isBlank() : !error.isEmpty();
        return said ? json : null;
    }

    /** Whether it brings a piece of a text and nothing else. */
    public boolean isPiece() {
        return type.endsWith(".delta")
                && !text.isEmpty()
                && item.isMissingNode()
                && response.isMissingNode()
                && error == null;
    }

    /** The same event with another text. */
    public ResponsesEvent withText(String other) {
        return new ResponsesEvent(type, outputIndex, part, other, item, response, error);
    }

    /** All arguments of a call, of an item or of an event; some servers send an object instead of its text. */
    public static String arguments(JsonNode json) {
        JsonNode arguments = json.path("arguments");
        return arguments.isContainerNode() ? arguments.toString() : arguments.asText();
    }
}
