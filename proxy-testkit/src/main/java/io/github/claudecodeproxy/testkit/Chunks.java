package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What an OpenAI-compatible host sends on Chat Completions, as JSON: the chunks of a stream, and whole answers. */
public final class Chunks {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Chunks() {}

    /** The chunk that opens an answer. */
    public static String role() {
        return chunk(delta().put("role", "assistant").put("content", ""), null);
    }

    /** A piece of text. */
    public static String text(String text) {
        return chunk(delta().put("content", text), null);
    }

    /** A piece of reasoning, in the field of DeepSeek. */
    public static String reasoning(String text) {
        return chunk(delta().put("reasoning_content", text), null);
    }

    /** The first chunk of a tool call. */
    public static String call(int index, String id, String name, String arguments) {
        return chunk(withCall(delta(), index, id, name, arguments), null);
    }

    /** A piece of the arguments of a tool call. */
    public static String arguments(int index, String fragment) {
        ObjectNode delta = delta();
        ObjectNode call = delta.putArray("tool_calls").addObject().put("index", index);
        call.putObject("function").put("arguments", fragment);
        return chunk(delta, null);
    }

    /** The chunk with the finish reason. */
    public static String finish(String reason) {
        return chunk(delta(), reason);
    }

    /** The chunk with the token counts. */
    public static String usage(int prompt, int completion) {
        ObjectNode chunk = head("chat.completion.chunk");
        chunk.putArray("choices");
        counts(chunk, prompt, completion);
        return chunk.toString();
    }

    /** A text in one chunk, its end and its cost: 12 tokens in, 3 out. */
    public static String[] answer(String text) {
        return new String[] {role(), text(text), finish("stop"), usage(12, 3)};
    }

    /** A whole answer with text only, which cost 12 tokens in and 3 out. */
    public static String completion(String text) {
        return completion("stop", delta().put("role", "assistant").put("content", text));
    }

    /** A whole answer, which cost 12 tokens in and 3 out. */
    public static String completion(String finishReason, ObjectNode message) {
        ObjectNode whole = head("chat.completion");
        whole.putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", finishReason)
                .set("message", message);
        counts(whole, 12, 3);
        return whole.toString();
    }

    /** The message, with one more call. */
    public static ObjectNode withCall(ObjectNode message, int index, String id, String name, String arguments) {
        ObjectNode call = message.withArray("tool_calls").addObject().put("index", index);
        call.put("id", id).put("type", "function").putObject("function").put("name", name);
        call.withObject("function").put("arguments", arguments);
        return message;
    }

    /** An empty object to fill: a delta, or a message. */
    public static ObjectNode delta() {
        return MAPPER.createObjectNode();
    }

    /** An error as hosts report it. */
    public static String error(String message, String type) {
        ObjectNode error = MAPPER.createObjectNode();
        error.putObject("error").put("message", message).put("type", type);
        return error.toString();
    }

    private static String chunk(ObjectNode delta, @Nullable String finishReason) {
        ObjectNode chunk = head("chat.completion.chunk");
        chunk.putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", finishReason)
                .set("delta", delta);
        return chunk.toString();
    }

    private static ObjectNode head(String object) {
        return MAPPER.createObjectNode()
                .put("id", "chatcmpl-1")
                .put("object", object)
                .put("created", 1_790_000_000)
                .put("model", "gpt-4o");
    }

    private static void counts(ObjectNode node, int prompt, int completion) {
        node.putObject("usage")
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
    }
}
