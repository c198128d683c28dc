package io.github.claudecodeproxy.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/** One answer of the pretend provider in the forms of Chat Completions: whole, or chunk by chunk. Immutable. */
final class DemoReply {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int CHARACTERS_PER_TOKEN = 4;

    private final DemoAnswer answer;
    private final String model;
    private final int promptTokens;
    private final long created = Instant.now().getEpochSecond();
    private final String id = "chatcmpl-demo" + UUID.randomUUID().toString().replace("-", "");
    private final String callId = "call_" + UUID.randomUUID().toString().replace("-", "");

    DemoReply(JsonNode request, DemoAnswer answer) {
        this.answer = answer;
        this.model = request.path("model").asText(DemoUpstream.MODEL);
        this.promptTokens = 1 + request.toString().length() / CHARACTERS_PER_TOKEN;
    }

    DemoAnswer answer() {
        return answer;
    }

    ObjectNode whole() {
        ObjectNode whole = envelope("chat.completion");
        ObjectNode choice = whole.putArray("choices").addObject().put("index", 0);
        ObjectNode message = choice.putObject("message").put("role", "assistant");
        if (answer.tool() == null) {
            message.put("content", answer.text());
        } else {
            message.putNull("content");
            addCall(message, answer.arguments());
        }
        choice.put("finish_reason", answer.finish());
        whole.set("usage", usage());
        return whole;
    }

    ObjectNode opening() {
        return chunk(NODES.objectNode().put("role", "assistant").put("content", ""));
    }

    ObjectNode text(String piece) {
        return chunk(NODES.objectNode().put("content", piece));
    }

    ObjectNode toolStart() {
        ObjectNode delta = NODES.objectNode();
        addCall(delta, "").put("index", 0);
        return chunk(delta);
    }

    ObjectNode toolArguments(String fragment) {
        ObjectNode delta = NODES.objectNode();
        delta.putArray("tool_calls")
                .addObject()
                .put("index", 0)
                .putObject("function")
                .put("arguments", fragment);
        return chunk(delta);
    }

    ObjectNode finish() {
        ObjectNode chunk = chunk(NODES.objectNode());
        ((ObjectNode) chunk.at("/choices/0")).put("finish_reason", answer.finish());
        return chunk;
    }

    ObjectNode usageChunk() {
        ObjectNode chunk = envelope("chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", usage());
        return chunk;
    }

    private ObjectNode addCall(ObjectNode message, String arguments) {
        ObjectNode call = message.putArray("tool_calls").addObject();
        call.put("id", callId).put("type", "function");
        call.putObject("function").put("name", answer.tool()).put("arguments", arguments);
        return call;
    }

    private ObjectNode chunk(ObjectNode delta) {
        ObjectNode chunk = envelope("chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("finish_reason");
        return chunk;
    }

    private ObjectNode envelope(String object) {
        return NODES.objectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    private ObjectNode usage() {
        int completion =
                DemoAnswer.pieces(answer.text()).size() + answer.arguments().length() / CHARACTERS_PER_TOKEN;
        return NODES.objectNode()
                .put("prompt_tokens", promptTokens)
                .put("completion_tokens", completion)
                .put("total_tokens", promptTokens + completion);
    }
}
