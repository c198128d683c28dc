package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A whole message as the events that would have brought it, so that one grammar judges both. */
final class MessageEvents {

    /** Which member of a block its deltas bring, each as the delta's type and member. */
    private static final Map<String, List<String>> DELTAS = Map.of(
            "text", List.of("text_delta", "text"),
            "thinking", List.of("thinking_delta", "thinking"),
            "signature", List.of("signature_delta", "signature"));

    private final List<StreamEvent> events = new ArrayList<>();

    private MessageEvents() {}

    static List<StreamEvent> of(JsonNode message) {
        MessageEvents all = new MessageEvents();
        all.start(message);
        int index = 0;
        for (JsonNode block : message.path("content")) {
            all.block(index++, block);
        }
        all.end(message);
        return all.events;
    }

    private void start(JsonNode message) {
        ObjectNode start = message.isObject() ? message.deepCopy() : JsonNodeFactory.instance.objectNode();
        if (start.path("content").isArray()) {
            start.putArray("content");
        }
        for (String key : List.of("stop_reason", "stop_sequence", "stop_details", "container")) {
            if (start.has(key)) {
                start.putNull(key);
            }
        }
        event("message_start").set("message", start);
    }

    private void block(int index, JsonNode block) {
        ObjectNode start = block.deepCopy();
        List<ObjectNode> deltas = new ArrayList<>();
        for (String member : List.of("text", "thinking", "signature")) {
            if (block.path(member).isTextual()) {
                List<String> delta = DELTAS.getOrDefault(member, List.of("", ""));
                deltas.add(delta(delta.get(0), delta.get(1), block.path(member).textValue()));
                start.put(member, "");
            }
        }
        if (block.path("input").isObject()) {
            deltas.add(delta("input_json_delta", "partial_json", ""));
            deltas.add(delta(
                    "input_json_delta", "partial_json", block.path("input").toString()));
            start.putObject("input");
        }
        event("content_block_start").put("index", index).set("content_block", start);
        deltas.forEach(delta -> event("content_block_delta").put("index", index).set("delta", delta));
        event("content_block_stop").put("index", index);
    }

    private static ObjectNode delta(String type, String member, String value) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put(member, value);
    }

    private void end(JsonNode message) {
        ObjectNode end = event("message_delta");
        ObjectNode delta = end.putObject("delta");
        for (String key : List.of("stop_reason", "stop_sequence", "stop_details", "container")) {
            if (message.has(key)) {
                delta.set(key, message.path(key));
            }
        }
        end.set("usage", message.path("usage"));
        event("message_stop");
    }

    private ObjectNode event(String name) {
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("type", name);
        events.add(new StreamEvent(name, data));
        return data;
    }
}
