package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a Chat Completions server demands of a request, as strict as the strictest server of its dialect: members that the
 * dialect does not know are wrong even where a server would pass over them.
 *
 * <p>Stateless and safe for use by several threads. No method takes or returns null.
 */
public final class ChatRequestCheck {

    private static final Set<String> TIERS = Set.of("auto", "default", "flex", "scale", "priority", "fast");

    private final JsonNode body;
    private final ChatDialect dialect;
    private final Place top;

    private ChatRequestCheck(JsonNode body, ChatDialect dialect, List<String> found) {
        this.body = body;
        this.dialect = dialect.forModel(body.path("model").asText());
        this.top = new Place("", found);
    }

    /** Lists what is wrong with the text of a body, each with its place; empty when nothing is. */
    public static List<String> check(String body, ChatDialect dialect) {
        try {
            return check(Json.read(body), dialect);
        } catch (JsonProcessingException e) {
            return List.of("body: is no JSON: " + e.getOriginalMessage());
        }
    }

    /** Lists what is wrong with a body, each with its place; empty when nothing is. */
    public static List<String> check(JsonNode body, ChatDialect dialect) {
        List<String> found = new ArrayList<>();
        new ChatRequestCheck(body, dialect, found).run();
        return List.copyOf(found);
    }

    private void run() {
        top.members(body, dialect.fields());
        top.expect(isText(body.path("model")), "model is no text");
        cap();
        stream();
        sampling();
        stop();
        reasoning();
        routing();
        new ChatToolsCheck(body, dialect, thinks()).run(top);
        responseFormat();
        new ChatMessagesCheck(body, dialect).run(top.at("messages"));
    }

    private void cap() {
        List<String> caps = Set.of("max_tokens", "max_completion_tokens").stream()
                .filter(body::has)
                .toList();
        if (top.expect(caps.size() == 1, "has " + caps.size() + " output caps")) {
            JsonNode cap = body.path(caps.get(0));
            top.at(caps.get(0)).expect(cap.isIntegralNumber() && cap.longValue() > 0, "is " + cap);
        }
    }

    private void stream() {
        boolean streams = body.path("stream").booleanValue();
        top.expect(!body.has("stream") || body.path("stream").isBoolean(), "stream is no boolean");
        Set<String> options = dialect.texts("stream_options");
        if (body.has("stream_options")) {
            top.expect(streams, "has stream_options but does not stream");
            top.at("stream_options").members(body.path("stream_options"), options);
            body.path("stream_options").forEach(value -> top.expect(value.isBoolean(), "stream option is no boolean"));
        }
        boolean asks = body.at("/stream_options/include_usage").booleanValue();
        boolean takes = options.contains("include_usage") && dialect.fields().contains("stream_options");
        top.expect(!streams || asks || !takes, "streams but does not ask for usage");
    }

    private void sampling() {
        range("temperature", 2);
        range("top_p", 1);
        JsonNode topK = body.path("top_k");
        top.expect(!body.has("top_k") || (topK.isIntegralNumber() && topK.longValue() >= -1), "top_k is " + topK);
        if (dialect.is("sampling_only_with_effort_none")) {
            boolean none = body.path("reasoning_effort").asText().equals("none");
            top.expect(
                    none || !(body.has("temperature") || body.has("top_p")),
                    "temperature and top_p are taken only with reasoning_effort none");
        }
    }

    private void range(String field, double highest) {
        JsonNode value = body.path(field);
        boolean fits = value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() <= highest;
        top.expect(value.isMissingNode() || fits, field + " is " + value);
    }

    private void stop() {
        if (!body.has("stop")) {
            return;
        }
        JsonNode stop = body.path("stop");
        int count = stop.isTextual() ? 1 : stop.size();
        Place place = top.at("stop");
        place.expect(stop.isTextual() || stop.isArray(), "is " + stop);
        place.expect(count > 0 && count <= dialect.limit("max_stop"), "has " + count + " texts");
        for (JsonNode text : stop.isTextual() ? List.of(stop) : stop) {
            place.expect(isText(text), "has the text " + text);
        }
    }

    private void reasoning() {
        JsonNode effort = body.path("reasoning_effort");
        if (body.has("reasoning_effort")) {
            top.at("reasoning_effort").expect(dialect.has("efforts", effort.asText()), "is " + effort);
            top.expect(
                    dialect.is("effort_while_not_thinking") || thinks(),
                    "has a reasoning_effort though thinking is off");
        }
        if (body.has("tools") && !dialect.isNull("efforts_with_tools")) {
            String sent = body.has("reasoning_effort") ? effort.asText() : "null";
            top.expect(dialect.has("efforts_with_tools", sent), "has tools with reasoning_effort " + sent);
        }
        boolean wantsStream = body.path("enable_thinking").booleanValue() && dialect.is("thinking_needs_stream");
        top.expect(!wantsStream || body.path("stream").booleanValue(), "thinks without a stream");
    }

    private boolean thinks() {
        JsonNode on = body.path("enable_thinking");
        boolean off = body.at("/thinking/type").asText().equals("disabled") || (on.isBoolean() && !on.booleanValue());
        return !off;
    }

    private void routing() {
        texts("prompt_cache_key", 1024);
        texts("safety_identifier", 64);
        JsonNode tier = body.path("service_tier");
        top.expect(tier.isMissingNode() || TIERS.contains(tier.asText()), "service_tier is " + tier);
    }

    private void texts(String field, int longest) {
        JsonNode value = body.path(field);
        boolean fits = isText(value) && value.textValue().length() <= longest;
        top.expect(value.isMissingNode() || fits, field + " is " + value);
    }

    private void responseFormat() {
        if (!body.has("response_format")) {
            return;
        }
        JsonNode format = body.path("response_format");
        Place place = top.at("response_format");
        String type = format.path("type").asText();
        place.members(format, type.equals("json_schema") ? Set.of("type", "json_schema") : Set.of("type"));
        place.expect(dialect.has("response_formats", type), "is of type " + format.path("type"));
        if (type.equals("json_schema")) {
            JsonNode schema = format.path("json_schema");
            Place inside = place.at("json_schema");
            inside.members(schema, Set.of("name", "schema", "strict", "description"));
            inside.expect(schema.path("name").asText().matches("[a-zA-Z0-9_-]{1,64}"), "has the name " + schema);
            SchemaCheck check = new SchemaCheck(dialect, schema.path("strict").booleanValue());
            check.run(schema.path("schema"), inside.at("schema"));
        }
    }

    /** Whether it is a text with something in it. */
    static boolean isText(JsonNode value) {
        return value.isTextual() && !value.textValue().isEmpty();
    }
}
