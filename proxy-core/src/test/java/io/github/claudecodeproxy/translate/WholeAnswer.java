package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.sse.SseDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a stream, put together into the answer that the same provider would have given without a stream. Knows
 * only what the specification of chunks says, that an id tells more than an index, and that a fragment with neither
 * belongs to the call before it.
 */
final class WholeAnswer {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode answer = JsonNodeFactory.instance.objectNode();
    private final ObjectNode message = JsonNodeFactory.instance.objectNode();
    private final ObjectNode choice = JsonNodeFactory.instance.objectNode();
    private final List<ObjectNode> calls = new ArrayList<>();
    private final Map<String, ObjectNode> byKey = new HashMap<>();
    private @Nullable ObjectNode latest;

    private WholeAnswer() {}

    /** The answer as JSON. */
    static ObjectNode of(byte[] sse) throws JsonProcessingException {
        WholeAnswer whole = new WholeAnswer();
        for (String data : data(sse)) {
            whole.chunk(JSON.readTree(data));
        }
        return whole.end();
    }

    /** The data of the events up to {@code [DONE]}. */
    private static List<String> data(byte[] sse) {
        List<String> all = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(
                1 << 20,
                (name, data, offset, length) ->
                        all.add(new String(data, offset, length, StandardCharsets.UTF_8).strip()));
        decoder.accept(ByteBuffer.wrap(sse));
        decoder.end();
        int done = all.indexOf("[DONE]");
        return all.subList(0, done < 0 ? all.size() : done).stream()
                .filter(data -> !data.isEmpty())
                .toList();
    }

    private void chunk(JsonNode chunk) {
        chunk.properties().forEach(member -> {
            if (!member.getKey().equals("choices") && !isNothing(member.getValue())) {
                answer.set(member.getKey(), member.getValue());
            }
        });
        for (JsonNode part : chunk.path("choices")) {
            part.properties().forEach(member -> {
                if (!member.getKey().equals("delta") && !isNothing(member.getValue())) {
                    choice.set(member.getKey(), member.getValue());
                }
            });
            delta(part.path("delta"));
        }
    }

    private void delta(JsonNode delta) {
        for (Map.Entry<String, JsonNode> member : delta.properties()) {
            switch (member.getKey()) {
                case "function_call" -> function(message.withObject("/function_call"), member.getValue());
                case "tool_calls" -> member.getValue().forEach(this::call);
                case "reasoning_details" -> member.getValue().forEach(this::detail);
                default -> append(message, member.getKey(), member.getValue());
            }
        }
    }

    /** Pieces of one detail have its type and its index. */
    private void detail(JsonNode part) {
        ArrayNode details = message.withArray("reasoning_details");
        JsonNode last = details.path(details.size() - 1);
        boolean same = last.path("type").equals(part.path("type"))
                && last.path("index").equals(part.path("index"));
        if (!(same && last instanceof ObjectNode open)) {
            details.add(part.deepCopy());
            return;
        }
        part.properties().forEach(member -> {
            if (Set.of("text", "summary", "data").contains(member.getKey())) {
                append(open, member.getKey(), member.getValue());
            } else if (!member.getValue().isNull()) {
                open.set(member.getKey(), member.getValue());
            }
        });
    }

    private void call(JsonNode part) {
        ObjectNode call = callOf(part);
        part.properties().forEach(member -> {
            if (member.getKey().equals("function")) {
                function(call.withObject("/function"), member.getValue());
            } else {
                set(call, member.getKey(), member.getValue());
            }
        });
        call.remove("index");
    }

    /** A new id beside a name is a new call, and so is a name with neither id nor index; the rest goes on. */
    private ObjectNode callOf(JsonNode part) {
        String id = part.path("id").asText("");
        String index = part.path("index").isInt() ? part.path("index").asText() : "";
        boolean named = !part.at("/function/name").asText("").isEmpty();
        ObjectNode known = byKey.get(id + "@" + index);
        if (known == null && !named) {
            known = byKey.getOrDefault(id + "@", byKey.getOrDefault("@" + index, latest));
        }
        ObjectNode call = known == null ? JsonNodeFactory.instance.objectNode() : known;
        if (known == null) {
            calls.add(call);
        }
        byKey.put(id + "@" + index, call);
        byKey.put("@" + index, call);
        byKey.put(id + "@", call);
        latest = call;
        return call;
    }

    private static void function(ObjectNode function, JsonNode part) {
        set(function, "name", part.get("name"));
        append(function, "arguments", part.path("arguments"));
    }

    private static void set(ObjectNode into, String name, @Nullable JsonNode value) {
        if (value != null && !isNothing(value) && !into.has(name)) {
            into.set(name, value);
        }
    }

    private static void append(ObjectNode into, String name, JsonNode value) {
        if (value.isTextual() && into.path(name) instanceof ArrayNode parts) {
            parts.addObject().put("type", "text").set("text", value);
        } else if (value.isTextual() && !name.equals("role")) {
            into.put(name, into.path(name).asText() + value.textValue());
        } else if (value instanceof ArrayNode parts && !into.path(name).isTextual()) {
            into.withArray(name).addAll(parts);
        } else if (!isNothing(value)) {
            into.set(name, value);
        }
    }

    private static boolean isNothing(JsonNode value) {
        boolean empty = value.isEmpty() && value.asText("").isEmpty();
        return value.isNull() || value.isMissingNode() || empty;
    }

    private ObjectNode end() {
        if (!calls.isEmpty()) {
            calls.forEach(message.withArray("tool_calls")::add);
        }
        choice.set("message", message);
        answer.putArray("choices").add(choice);
        return answer;
    }
}
