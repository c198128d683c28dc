package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** What OpenAI sends on the Responses API, as JSON: the events of a stream, and whole responses. */
public final class ResponseEvents {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String TYPE = "{\"type\":\"";

    private ResponseEvents() {}

    /** The event that opens a response. */
    public static String created() {
        return about("response.created", inProgress());
    }

    /** A piece of the text of the first item. */
    public static String text(String text) {
        return ofItem("response.output_text.delta", 0, "msg_1")
                .put("content_index", 0)
                .put("delta", text)
                .toString();
    }

    /** The event that begins a tool call. */
    public static String call(int index, String id, String name) {
        ObjectNode added = event("response.output_item.added").put("output_index", index);
        added.putObject("item")
                .put("id", "fc_" + index)
                .put("type", "function_call")
                .put("status", "in_progress")
                .put("call_id", id)
                .put("name", name)
                .put("arguments", "");
        return added.toString();
    }

    /** A piece of the arguments of a tool call. */
    public static String arguments(int index, String fragment) {
        return ofItem("response.function_call_arguments.delta", index, "fc_" + index)
                .put("delta", fragment)
                .toString();
    }

    /** The event that ends a response of which it repeats nothing, which cost 12 tokens in and 3 out. */
    public static String completed() {
        return about("response.completed", completedResponse());
    }

    /** A response with one text, from its beginning to its end, which cost 12 tokens in and 3 out. */
    public static String[] answer(String text) {
        List<String> events = new ArrayList<>();
        events.add(created());
        events.add(about("response.in_progress", inProgress()));
        ObjectNode added = event("response.output_item.added").put("output_index", 0);
        added.set("item", message("in_progress"));
        events.add(added.toString());
        events.add(part("response.content_part.added", ""));
        events.add(text(text));
        events.add(ofItem("response.output_text.done", 0, "msg_1")
                .put("content_index", 0)
                .put("text", text)
                .toString());
        events.add(part("response.content_part.done", text));
        ObjectNode done = event("response.output_item.done").put("output_index", 0);
        done.set("item", message(text, "completed"));
        events.add(done.toString());
        events.add(about("response.completed", withText(text)));
        return events.toArray(new String[0]);
    }

    /** A whole response with text only, which cost 12 tokens in and 3 out. */
    public static String response(String text) {
        return withText(text).toString();
    }

    /** A response that the provider has given up. */
    public static String failedResponse(String message, String code) {
        return failed(message, code).toString();
    }

    /** The event of a response that the provider has given up. */
    public static String failure(String message, String code) {
        return about("response.failed", failed(message, code));
    }

    /** The event of an error. */
    public static String error(String message, String code) {
        return event("error")
                .put("code", code)
                .put("message", message)
                .putNull("param")
                .toString();
    }

    /** The line that names the event in its frame; empty for data that is no event of this API. */
    static String nameLine(String data) {
        int end = data.startsWith(TYPE) ? data.indexOf('"', TYPE.length()) : -1;
        return end < 0 ? "" : "event: " + data.substring(TYPE.length(), end) + "\n";
    }

    private static ObjectNode event(String type) {
        return MAPPER.createObjectNode().put("type", type);
    }

    private static ObjectNode ofItem(String type, int index, String id) {
        return event(type).put("item_id", id).put("output_index", index);
    }

    private static String about(String type, ObjectNode response) {
        ObjectNode event = event(type);
        event.set("response", response);
        return event.toString();
    }

    private static ObjectNode message(String status) {
        ObjectNode item = MAPPER.createObjectNode();
        item.put("id", "msg_1").put("type", "message").put("status", status).put("role", "assistant");
        item.putArray("content");
        return item;
    }

    private static ObjectNode message(String text, String status) {
        ObjectNode item = message(status);
        item.withArray("content").add(outputText(text));
        return item;
    }

    private static ObjectNode outputText(String text) {
        ObjectNode part = MAPPER.createObjectNode().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        return part;
    }

    private static String part(String type, String text) {
        ObjectNode event = ofItem(type, 0, "msg_1").put("content_index", 0);
        event.set("part", outputText(text));
        return event.toString();
    }

    private static ObjectNode response(String status, boolean over) {
        ObjectNode response = MAPPER.createObjectNode()
                .put("id", "resp_1")
                .put("object", "response")
                .put("created_at", 1_790_000_000)
                .put("status", status)
                .putNull("error")
                .putNull("incomplete_details")
                .put("model", "gpt-4o");
        response.putArray("output");
        if (over) {
            response.putObject("usage")
                    .put("input_tokens", 12)
                    .put("output_tokens", 3)
                    .put("total_tokens", 15);
        } else {
            response.putNull("usage");
        }
        return response;
    }

    private static ObjectNode inProgress() {
        return response("in_progress", false);
    }

    private static ObjectNode completedResponse() {
        return response("completed", true);
    }

    private static ObjectNode withText(String text) {
        ObjectNode response = completedResponse();
        response.withArray("output").add(message(text, "completed"));
        return response;
    }

    private static ObjectNode failed(String message, String code) {
        ObjectNode response = response("failed", false);
        response.putObject("error").put("code", code).put("message", message);
        return response;
    }
}
