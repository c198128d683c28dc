package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** The conversation: who may speak when, and that every call has its answer. */
final class ChatMessagesCheck {

    private final JsonNode messages;
    private final ChatDialect dialect;
    private final ChatMessageCheck message;
    private final JsonNode body;
    private final Deque<String> unanswered = new ArrayDeque<>();
    private final Set<String> ids = new HashSet<>();

    ChatMessagesCheck(JsonNode body, ChatDialect dialect) {
        this.body = body;
        this.messages = body.path("messages");
        this.dialect = dialect;
        this.message = new ChatMessageCheck(dialect);
    }

    void run(Place place) {
        if (!place.expect(messages.isArray() && !messages.isEmpty(), "is empty or no array")) {
            return;
        }
        for (int i = 0; i < messages.size(); i++) {
            order(i, place.at(i));
            message.check(messages.get(i), i == messages.size() - 1, place.at(i));
            calls(messages.get(i), place.at(i));
        }
        place.expect(unanswered.isEmpty(), "end before the calls " + unanswered + " are answered");
        boolean anyUser = messages.findValuesAsText("role").contains("user");
        place.expect(anyUser || !dialect.is("needs_user"), "have no user");
        place.expect(message.marks() <= 4, "have " + message.marks() + " cache marks");
        ending(place.at(messages.size() - 1));
    }

    private void order(int index, Place place) {
        String role = role(index);
        String before = index == 0 ? "" : role(index - 1);
        boolean system = dialect.has("system_roles", role);
        place.expect(system || Set.of("user", "assistant", "tool").contains(role), "has the role " + role);
        place.expect(!system || index == 0 || dialect.is("system_anywhere"), role + " stands behind the start");
        place.expect(
                role.equals("tool") || unanswered.isEmpty(),
                role + " speaks before the calls " + unanswered + " are answered");
        place.expect(
                !role.equals(before) || !Set.of("user", "assistant").contains(role), "second " + role + " in a row");
        boolean afterTool = role.equals("user") && before.equals("tool");
        place.expect(!afterTool || dialect.is("user_after_tool"), "user speaks directly after tool");
    }

    private String role(int index) {
        return messages.get(index).path("role").asText();
    }

    private void calls(JsonNode one, Place place) {
        if (one.path("role").asText().equals("tool")) {
            String id = one.path("tool_call_id").asText();
            String expected = unanswered.isEmpty() ? "" : unanswered.remove();
            place.expect(id.equals(expected), "answers " + id + " where " + expected + " is waiting");
            return;
        }
        ids.clear(); // a model may use them again in a later turn
        for (JsonNode call : one.path("tool_calls")) {
            String id = call.path("id").asText();
            unanswered.add(id);
            place.expect(ids.add(id), "second call with the id " + id);
        }
    }

    /** A conversation ends with the user or with results, unless the host continues what the assistant began. */
    private void ending(Place place) {
        boolean open = role(messages.size() - 1).equals("assistant");
        String prefill = dialect.text("prefill");
        place.expect(!open || !prefill.equals("none"), "ends with the assistant");
        if (prefill.equals("continue")) {
            place.expect(
                    body.path("continue_final_message").booleanValue() == open,
                    "continue_final_message is " + body.path("continue_final_message"));
            place.expect(
                    !open || body.path("add_generation_prompt").isBoolean(),
                    "is continued, but asks for a new turn as well");
        } else if (open && Set.of("prefix", "partial").contains(prefill)) {
            JsonNode mark = messages.get(messages.size() - 1).path(prefill);
            place.expect(mark.booleanValue(), "is the assistant's without " + prefill);
        }
    }
}
