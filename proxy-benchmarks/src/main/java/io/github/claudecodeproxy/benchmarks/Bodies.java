package io.github.claudecodeproxy.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Requests and answers with the proportions of Claude Code's: a system prompt in blocks, a dozen tools with schemas, and a
 * history of texts, calls and results. Made up, and the same each time.
 */
public final class Bodies {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int TOOLS = 12;
    private static final int PROPERTIES = 8;
    private static final String[] WORDS = {
        "the", "file", "read", "line", "value", "error", "class", "return", "method", "build", "test", "path", "import",
        "when", "not", "should", "call", "result", "server", "client", "message", "stream", "first", "second", "again"
    };

    private Bodies() {}

    /** A request of about so many bytes, at most four kilobytes, that does not stream. */
    public static byte[] wholeRequest(int bytes) {
        return utf8(new String(request(bytes), StandardCharsets.UTF_8).replace("\"stream\":true", "\"stream\":false"));
    }

    /** A request of about so many bytes that streams. */
    public static byte[] request(int bytes) {
        Random random = new Random(1);
        ObjectNode request = MAPPER.createObjectNode()
                .put("model", "claude-sonnet-4-5")
                .put("max_tokens", 32_000)
                .put("stream", true);
        request.putObject("metadata").put("user_id", "user_0123456789abcdef_account__session_0123456789abcdef");
        ArrayNode system = request.putArray("system");
        ArrayNode messages = request.putArray("messages");
        if (bytes <= 4_096) {
            system.addObject().put("type", "text").put("text", prose(random, bytes / 4));
            messages.addObject().put("role", "user").put("content", prose(random, bytes / 2));
            return bytes(request);
        }
        system.addObject()
                .put("type", "text")
                .put("text", prose(random, 6_000))
                .putObject("cache_control")
                .put("type", "ephemeral");
        ArrayNode tools = request.putArray("tools");
        for (int i = 0; i < TOOLS; i++) {
            tools.add(tool(random, i));
        }
        int size = bytes(request).length;
        for (int turn = 0; size < bytes; turn++) {
            ObjectNode question = messages.addObject().put("role", "user");
            ArrayNode content = question.putArray("content");
            if (turn == 0) {
                content.addObject().put("type", "text").put("text", prose(random, 1_200));
            } else {
                content.addObject()
                        .put("type", "tool_result")
                        .put("tool_use_id", "toolu_" + (turn - 1))
                        .put("content", code(random, Math.min(6_000, Math.max(400, bytes - size))));
            }
            ArrayNode answer = messages.addObject().put("role", "assistant").putArray("content");
            answer.addObject().put("type", "text").put("text", prose(random, 300));
            ObjectNode call = answer.addObject()
                    .put("type", "tool_use")
                    .put("id", "toolu_" + turn)
                    .put("name", "Tool" + turn % TOOLS);
            call.putObject("input")
                    .put("file_path", "/src/main/File" + turn + ".java")
                    .put("limit", turn);
            size += bytes(question).length + bytes(answer).length + 40;
        }
        messages.addObject()
                .put("role", "user")
                .putArray("content")
                .addObject()
                .put("type", "tool_result")
                .put("tool_use_id", "toolu_" + (messages.size() / 2 - 1))
                .put("content", "done");
        return bytes(request);
    }

    /** A request with a picture of about so many bytes. */
    public static byte[] picture(int bytes) {
        byte[] pixels = new byte[bytes / 4 * 3];
        new Random(2).nextBytes(pixels);
        ObjectNode request = MAPPER.createObjectNode()
                .put("model", "claude-sonnet-4-5")
                .put("max_tokens", 1_000)
                .put("stream", true);
        ArrayNode content =
                request.putArray("messages").addObject().put("role", "user").putArray("content");
        content.addObject()
                .put("type", "image")
                .putObject("source")
                .put("type", "base64")
                .put("media_type", "image/png")
                .put("data", Base64.getEncoder().encodeToString(pixels));
        content.addObject().put("type", "text").put("text", "What is this?");
        return bytes(request);
    }

    /** A piece of an answer's text, as OpenAI sends it. */
    public static byte[] contentChunk() {
        return contentChunk(" quietly");
    }

    /** A piece of an answer's text. */
    public static byte[] contentChunk(String text) {
        return chunk("{\"content\":\"" + text + "\"}");
    }

    /** The first chunk, without text. */
    public static byte[] roleChunk() {
        return chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}");
    }

    /** A piece of a call's arguments. */
    public static byte[] argumentChunk() {
        return argumentChunk(0, " world");
    }

    /** A piece of the arguments of one of several calls; the text is escaped already. */
    public static byte[] argumentChunk(int call, String text) {
        return chunk("{\"tool_calls\":[{\"index\":" + call + ",\"function\":{\"arguments\":\"" + text + "\"}}]}");
    }

    /** The beginning of a call. */
    public static byte[] callChunk() {
        return callChunk(0);
    }

    /** The beginning of one of several calls. */
    public static byte[] callChunk(int call) {
        return chunk("{\"tool_calls\":[{\"index\":" + call + ",\"id\":\"call_012345678" + call
                + "\",\"type\":\"function\",\"function\":{\"name\":\"Tool1\",\"arguments\":\"{\\\"text\\\":\\\"\"}}]}");
    }

    /** The chunk with the finish reason. */
    public static byte[] finishChunk() {
        return finishChunk("stop");
    }

    /** The chunk with this finish reason. */
    public static byte[] finishChunk(String reason) {
        return utf8(START + "\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"" + reason
                + "\"}]}");
    }

    /** A whole answer: some text of about so many letters, and this one. */
    public static byte[] completion(int letters, String text) {
        return utf8(START.replace(".chunk", "")
                + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + prose(new Random(3), letters).replace("\n", " ") + text
                + "\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":300,"
                + "\"completion_tokens\":60,\"total_tokens\":360}}");
    }

    /** The chunk with the usage. */
    public static byte[] usageChunk() {
        return utf8(START + "\"choices\":[],\"usage\":{\"prompt_tokens\":10600,\"completion_tokens\":500,"
                + "\"total_tokens\":11100,\"prompt_tokens_details\":{\"cached_tokens\":8192}}}");
    }

    /** What the upstream says in one of its APIs. */
    static Answer answer(String api) {
        return switch (api) {
            case "chat" ->
                new Answer(
                        number -> contentChunk(),
                        number -> argumentChunk(),
                        Bodies::callChunk,
                        List.of(finishChunk(), usageChunk(), utf8("[DONE]")));
            case "responses" ->
                new Answer(Bodies::contentEvent, Bodies::argumentEvent, Bodies::callEvent, List.of(completedEvent()));
            default -> throw new IllegalArgumentException(api);
        };
    }

    /**
     * An answer in one of the APIs.
     *
     * @param content makes a piece of its text, by the number of its event
     * @param argument makes a piece of a call's arguments, by the number of its event
     * @param call makes the beginning of a call
     * @param end all that follows a text
     */
    record Answer(IntFunction<byte[]> content, IntFunction<byte[]> argument, Supplier<byte[]> call, List<byte[]> end) {}

    private static byte[] contentEvent(int number) {
        return utf8("{\"type\":\"response.output_text.delta\",\"sequence_number\":" + number
                + ",\"item_id\":\"msg_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b\",\"output_index\":0,"
                + "\"content_index\":0,\"delta\":\" quietly\",\"logprobs\":[],\"obfuscation\":\"" + padding(number)
                + "\"}");
    }

    private static byte[] argumentEvent(int number) {
        return utf8("{\"type\":\"response.function_call_arguments.delta\",\"sequence_number\":" + number
                + ",\"item_id\":\"fc_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b\",\"output_index\":0,"
                + "\"delta\":\" world\",\"obfuscation\":\"" + padding(number) + "\"}");
    }

    private static String padding(int number) {
        return "Zk3vQ9TbX1aLw7Rm".substring(0, number % 16);
    }

    private static byte[] callEvent() {
        return utf8("{\"type\":\"response.output_item.added\",\"sequence_number\":2,\"output_index\":0,\"item\":{"
                + "\"id\":\"fc_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b\",\"type\":\"function_call\","
                + "\"status\":\"in_progress\",\"arguments\":\"\",\"call_id\":\"call_0123456789\","
                + "\"name\":\"Tool1\"}}");
    }

    private static byte[] completedEvent() {
        return utf8("{\"type\":\"response.completed\",\"sequence_number\":9,\"response\":{"
                + "\"id\":\"resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b\",\"object\":\"response\","
                + "\"created_at\":1750000000,\"status\":\"completed\",\"error\":null,\"incomplete_details\":null,"
                + "\"model\":\"gpt-4o-2024-08-06\",\"output\":[{"
                + "\"id\":\"msg_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b\",\"type\":\"message\","
                + "\"status\":\"completed\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\","
                + "\"text\":\" quietly\",\"annotations\":[],\"logprobs\":[]}]}],\"service_tier\":\"default\","
                + "\"usage\":{\"input_tokens\":10600,\"input_tokens_details\":{\"cached_tokens\":8192},"
                + "\"output_tokens\":500,\"output_tokens_details\":{\"reasoning_tokens\":0},"
                + "\"total_tokens\":11100}}}");
    }

    private static final String START = "{\"id\":\"chatcmpl-BkS9mAqTnq8QzCG1h3cWvvkR5Fyzz\",\"object\":"
            + "\"chat.completion.chunk\",\"created\":1750000000,\"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\","
            + "\"system_fingerprint\":\"fp_0123456789\",";

    private static byte[] chunk(String delta) {
        return utf8(START + "\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"logprobs\":null,\"finish_reason\":null}]}");
    }

    private static ObjectNode tool(Random random, int number) {
        ObjectNode tool =
                MAPPER.createObjectNode().put("name", "Tool" + number).put("description", prose(random, 1_200));
        ObjectNode schema = tool.putObject("input_schema").put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        for (int i = 0; i < PROPERTIES; i++) {
            properties
                    .putObject("property_" + i)
                    .put("type", i % 3 == 0 ? "integer" : "string")
                    .put("description", prose(random, 120));
        }
        schema.putArray("required").add("property_0").add("property_1");
        schema.put("additionalProperties", false);
        return tool;
    }

    private static String prose(Random random, int length) {
        StringBuilder text = new StringBuilder(length + 16);
        while (text.length() < length) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(12) == 0 ? ".\n" : " ");
        }
        return text.toString();
    }

    private static String code(Random random, int length) {
        StringBuilder text = new StringBuilder(length + 64);
        int line = 1;
        while (text.length() < length) {
            text.append(line++)
                    .append("\t    if (\"")
                    .append(WORDS[random.nextInt(WORDS.length)])
                    .append("\".equals(")
                    .append(WORDS[random.nextInt(WORDS.length)])
                    .append(")) {\n");
        }
        return text.toString();
    }

    private static byte[] bytes(Object json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
