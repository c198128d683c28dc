package io.github.claudecodeproxy.testkit;

/** Streams to judge. */
final class Streams {

    static final String START = event("message_start", """
            {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x",\
            "content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"container":null,\
            "diagnostics":null,\
            "usage":{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1,\
            "cache_creation":null,"output_tokens_details":null,"server_tool_use":null,"service_tier":"standard",\
            "inference_geo":null}}}\
            """);
    static final String PING = event("ping", "{\"type\":\"ping\"}");
    static final String STOP = event("message_stop", "{\"type\":\"message_stop\"}");
    static final String ERROR =
            event("error", "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"cut\"}}");

    /** Thinking, text and a tool call, with a ping in the middle. */
    static final String GOOD = START
            + blockStart(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}")
            + delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}")
            + delta(0, "{\"type\":\"signature_delta\",\"signature\":\"s1\"}")
            + blockStop(0)
            + blockStart(1, "{\"type\":\"text\",\"text\":\"\"}")
            + delta(1, "{\"type\":\"text_delta\",\"text\":\"He\"}")
            + PING
            + delta(1, "{\"type\":\"text_delta\",\"text\":\"llo\"}")
            + blockStop(1)
            + toolStart(2)
            + delta(2, "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}")
            + delta(2, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":\"}")
            + delta(2, "{\"type\":\"input_json_delta\",\"partial_json\":\"1}\"}")
            + blockStop(2)
            + messageDelta("tool_use")
            + STOP;

    private Streams() {}

    static String event(String name, String json) {
        return "event: " + name + "\ndata: " + json + "\n\n";
    }

    static String blockStart(int index, String block) {
        return event(
                "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}");
    }

    static String toolStart(int index) {
        return blockStart(
                index,
                "{\"type\":\"tool_use\",\"id\":\"toolu_" + index + "\",\"name\":\"Bash\",\"input\":{},"
                        + "\"caller\":{\"type\":\"direct\"}}");
    }

    static String delta(int index, String delta) {
        return event(
                "content_block_delta",
                "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}");
    }

    static String blockStop(int index) {
        return event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}");
    }

    static String messageDelta(String stopReason) {
        return event(
                "message_delta",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + stopReason
                        + "\",\"stop_sequence\":null,\"stop_details\":null,\"container\":null},"
                        + "\"usage\":{\"input_tokens\":7,\"cache_read_input_tokens\":null,\"output_tokens\":9}}");
    }

    static String text(int index) {
        return blockStart(index, "{\"type\":\"text\",\"text\":\"\"}")
                + delta(index, "{\"type\":\"text_delta\",\"text\":\"x\"}")
                + blockStop(index);
    }

    static String tool(int index, String escapedInput) {
        return toolStart(index)
                + delta(index, "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}")
                + delta(index, "{\"type\":\"input_json_delta\",\"partial_json\":\"" + escapedInput + "\"}")
                + blockStop(index);
    }
}
