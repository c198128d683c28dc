package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Accumulates one stream into one message. */
final class MessageFold {

    private final ObjectNode message;
    private final ArrayNode content;
    private final Map<Integer, StringBuilder> inputs = new HashMap<>();

    private MessageFold(ObjectNode message) {
        this.message = message;
        this.content = message.withArray("content");
    }

    static ObjectNode fold(List<StreamEvent> events) {
        if (events.isEmpty() || !(events.get(0).data().path("message").deepCopy() instanceof ObjectNode start)) {
            throw new IllegalArgumentException("no message_start at the beginning: " + events);
        }
        MessageFold fold = new MessageFold(start);
        for (StreamEvent event : events.subList(1, events.size())) {
            if (event.name().equals("error")) {
                break;
            }
            fold.accept(event);
        }
        fold.inputs.keySet().forEach(fold::parseInput);
        return fold.message;
    }

    private void accept(StreamEvent event) {
        switch (event.name()) {
            case "content_block_start" ->
                content.add(event.data().path("content_block").deepCopy());
            case "content_block_delta" ->
                delta(event.data().path("index").asInt(), event.data().path("delta"));
            case "message_delta" -> messageDelta(event.data());
            default -> {}
        }
    }

    private void delta(int index, JsonNode delta) {
        if (!(content.get(index) instanceof ObjectNode block)) {
            throw new IllegalArgumentException("delta for block " + index + ", which was never started");
        }
        switch (delta.path("type").asText()) {
            case "text_delta" -> append(block, "text", delta);
            case "thinking_delta" -> append(block, "thinking", delta);
            case "signature_delta" -> block.set("signature", delta.path("signature"));
            case "citations_delta" -> block.withArray("citations").add(delta.path("citation"));
            case "input_json_delta" ->
                inputs.computeIfAbsent(index, i -> new StringBuilder())
                        .append(delta.path("partial_json").asText());
            default -> {}
        }
    }

    private static void append(ObjectNode block, String member, JsonNode delta) {
        block.put(member, block.path(member).asText() + delta.path(member).asText());
    }

    private void parseInput(int index) {
        String json = String.valueOf(inputs.get(index));
        if (json.isEmpty()) {
            return;
        }
        ObjectNode block = (ObjectNode) content.get(index);
        block.set("input", Json.object(json).map(JsonNode.class::cast).orElseGet(() -> TextNode.valueOf(json)));
    }

    private void messageDelta(JsonNode data) {
        data.path("delta").properties().forEach(member -> message.set(member.getKey(), member.getValue()));
        ObjectNode usage = message.withObject("/usage");
        data.path("usage").properties().forEach(member -> {
            if (!member.getValue().isNull()) {
                usage.set(member.getKey(), member.getValue());
            }
        });
    }
}
