package io.github.claudecodeproxy.testkit;

import static io.github.claudecodeproxy.testkit.ChatRequestCheck.isText;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/** One message of a request. */
final class ChatMessageCheck {

    private final ChatDialect dialect;
    private final ChatPartCheck part;

    ChatMessageCheck(ChatDialect dialect) {
        this.dialect = dialect;
        this.part = new ChatPartCheck(dialect);
    }

    /** How many cache marks there were so far. */
    int marks() {
        return part.marks();
    }

    void check(JsonNode message, boolean last, Place place) {
        switch (message.path("role").asText()) {
            case "user" -> {
                place.members(message, Set.of("role", "content"));
                content(message.path("content"), dialect.texts("parts"), place.at("content"));
            }
            case "assistant" -> assistant(message, last, place);
            case "tool" -> tool(message, place);
            default -> {
                place.members(message, Set.of("role", "content"));
                textOnly(message.path("content"), place.at("content"));
            }
        }
    }

    private void content(JsonNode content, Set<String> parts, Place place) {
        if (!content.isArray()) {
            place.expect(isText(content), "is " + content);
            return;
        }
        place.expect(!content.isEmpty(), "is []");
        for (int i = 0; i < content.size(); i++) {
            part.check(content.get(i), parts, place.at(i));
        }
    }

    /** Instructions, results and answers are one string; parts are there only to carry a cache mark. */
    private void textOnly(JsonNode content, Place place) {
        int before = part.marks();
        content(content, Set.of("text"), place);
        place.expect(!content.isArray() || part.marks() > before, "is an array without need");
    }

    private void tool(JsonNode message, Place place) {
        place.members(message, Set.of("role", "content", "tool_call_id"));
        JsonNode content = message.path("content");
        boolean empty = content.isTextual() && content.textValue().isEmpty();
        if (!empty || !dialect.is("empty_tool_result")) {
            textOnly(content, place.at("content"));
        }
    }

    private void assistant(JsonNode message, boolean last, Place place) {
        Set<String> members = new HashSet<>(Set.of("role", "content", "tool_calls"));
        members.addAll(dialect.texts("assistant_members"));
        place.members(message, members);
        JsonNode content = message.path("content");
        if (message.has("tool_calls") && !content.isArray() && !isText(content)) {
            String form = content.isMissingNode() ? "null" : content.asText();
            place.expect(dialect.has("empty_assistant_content", form), "content beside calls is " + content);
        } else {
            textOnly(content, place.at("content"));
        }
        if (last) {
            place.expect(content.asText().equals(content.asText().stripTrailing()), "is continued behind white space");
        }
        for (String mark : Set.of("prefix", "partial")) {
            place.expect(last || !message.has(mark), mark + " is not at the end");
        }
        required(message, place);
        calls(message, place);
    }

    private void required(JsonNode message, Place place) {
        JsonNode rule = dialect.member("required_of_assistant");
        if (rule.path("when").asText().equals("always") || (rule.has("when") && message.has("tool_calls"))) {
            String member = rule.path("member").asText();
            place.expect(message.path(member).isTextual(), "has no " + member);
        }
    }

    private void calls(JsonNode message, Place place) {
        if (!message.has("tool_calls")) {
            return;
        }
        JsonNode calls = message.path("tool_calls");
        place.expect(calls.isArray() && !calls.isEmpty() && calls.size() <= 128, "tool_calls is " + calls);
        for (int i = 0; i < calls.size(); i++) {
            call(calls.get(i), place.at("tool_calls").at(i));
        }
    }

    private void call(JsonNode call, Place place) {
        Set<String> members = new HashSet<>(Set.of("id", "type", "function"));
        members.addAll(dialect.texts("call_members"));
        place.members(call, members);
        String id = call.path("id").asText();
        place.expect(dialect.matches("tool_id", id), "bad id " + id);
        place.expect(call.path("type").asText().equals("function"), "is of type " + call.path("type"));
        JsonNode function = call.path("function");
        place.at("function").members(function, Set.of("name", "arguments"));
        String name = function.path("name").asText();
        place.expect(dialect.matches("tool_name", name), "bad name " + name);
        JsonNode arguments = function.path("arguments");
        boolean object =
                arguments.isTextual() && Json.object(arguments.textValue()).isPresent();
        place.expect(object, "arguments are no text of a JSON object: " + arguments);
    }
}
