package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.openai.ChatMessage;
import io.github.claudecodeproxy.openai.ChatRequest;
import io.github.claudecodeproxy.openai.ChatTool;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a refusal is about: a parameter that we sent and can do without. Refusals of anything else, and those
 * that name several parameters, teach nothing. Used once.
 */
final class LessonReader {

    private static final String MAX_TOKENS = "max_tokens";
    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])(\\d{1,3}(?:[,_]\\d{3})+|\\d+)(?![\\w]|\\.\\d)");
    private static final Pattern SEPARATOR = Pattern.compile("[,_]");

    private final ChatRequest sent;
    private final UpstreamError error;
    private final String words;
    private final RefusalWords refusals = RefusalWords.builtIn();

    LessonReader(ChatRequest sent, UpstreamError error) {
        this.sent = sent;
        this.error = error;
        this.words = error.message().toLowerCase(Locale.ROOT);
    }

    /** The lesson; null when there is none. */
    @Nullable
    Lesson read() {
        String field = field();
        if (field == null
                || !(refusals.refuses(words) || error.hasCode("unsupported", "extra_forbidden", "unknown_"))) {
            return null;
        }
        return switch (field) {
            case MAX_TOKENS, MAX_COMPLETION_TOKENS -> cap(field);
            case "developer" -> Lesson.of(Lesson.Kind.SYSTEM_ROLE, field);
            case "response_format" -> Lesson.of(Lesson.Kind.FORM_IN_WORDS, field);
            case "strict" -> Lesson.of(Lesson.Kind.NOT_STRICT, field);
            case "tool_choice" -> Lesson.of(forced() ? Lesson.Kind.NO_FORCED_CALL : Lesson.Kind.LEAVE_OUT, field);
            case "reasoning_effort" ->
                Lesson.of(refusals.wantsNone(words) ? Lesson.Kind.EFFORT_NONE : Lesson.Kind.LEAVE_OUT, field);
            default -> Lesson.of(Lesson.Kind.LEAVE_OUT, field);
        };
    }

    /** The parameter that the refusal is about; null when it is not clear. */
    private @Nullable String field() {
        Set<String> sentFields = sentFields();
        String named = parameter();
        if (named != null) {
            return sentFields.contains(named) ? named : null;
        }
        Set<String> found = new LinkedHashSet<>();
        for (String field : sentFields) {
            if (refusals.names(words, field)) {
                found.add(field);
            }
        }
        // A word about the cap often names its other spelling, too.
        return found.size() == 1 ? found.iterator().next() : null;
    }

    /** What the error itself calls the parameter; null when it names none. */
    private @Nullable String parameter() {
        JsonNode json = error.json();
        String param = json.path("param").asText("");
        if (param.isEmpty() || param.equals("null")) {
            param = location(json);
        }
        if (param.isEmpty()) {
            return null;
        }
        if (param.startsWith("messages") && words.contains("developer")) {
            return "developer";
        }
        if (param.startsWith("tools") && words.contains("strict")) {
            return "strict";
        }
        int end = param.indexOf('.');
        String root = end < 0 ? param : param.substring(0, end);
        return refusals.alias(root);
    }

    /** Where pydantic says that a field is: {@code {"detail": [{"loc": ["body", "top_k"]}]}}. */
    private static String location(JsonNode json) {
        for (JsonNode list : List.of(json.path("detail"), json.path("message").path("detail"), json)) {
            JsonNode place = list.path(0).path("loc");
            for (JsonNode step : place) {
                if (step.isTextual() && !step.textValue().equals("body")) {
                    return step.textValue();
                }
            }
        }
        return "";
    }

    /** Everything that we sent and can do without, or say otherwise. */
    private Set<String> sentFields() {
        Set<String> fields = new LinkedHashSet<>(sent.extra().keySet());
        add(sent.maxTokens(), MAX_TOKENS, fields);
        add(sent.maxCompletionTokens(), MAX_COMPLETION_TOKENS, fields);
        add(sent.streamOptions(), "stream_options", fields);
        add(sent.temperature(), "temperature", fields);
        add(sent.topP(), "top_p", fields);
        add(sent.stop(), "stop", fields);
        add(sent.toolChoice(), "tool_choice", fields);
        add(sent.parallelToolCalls(), "parallel_tool_calls", fields);
        add(sent.responseFormat(), "response_format", fields);
        add(sent.reasoningEffort(), "reasoning_effort", fields);
        if (sent.messages().stream().map(ChatMessage::role).anyMatch("developer"::equals)) {
            fields.add("developer");
        }
        List<ChatTool> tools = sent.tools() == null ? List.of() : sent.tools();
        if (tools.stream().anyMatch(tool -> Boolean.TRUE.equals(tool.function().strict()))) {
            fields.add("strict");
        }
        return fields;
    }

    private static void add(@Nullable Object value, String field, Set<String> fields) {
        if (value != null) {
            fields.add(field);
        }
    }

    private boolean forced() {
        JsonNode choice = sent.toolChoice();
        return choice != null
                && !choice.asText().equals("auto")
                && !choice.asText().equals("none");
    }

    /** A cap that is too high is lowered to the number that the refusal names; else it has another name there. */
    private @Nullable Lesson cap(String field) {
        Integer cap = field.equals(MAX_TOKENS) ? sent.maxTokens() : sent.maxCompletionTokens();
        String other = field.equals(MAX_TOKENS) ? MAX_COMPLETION_TOKENS : MAX_TOKENS;
        boolean another = words.contains(other) && words.contains("instead");
        if (another || error.hasCode("unsupported_parameter", "unknown_parameter", "extra_forbidden")) {
            return Lesson.of(Lesson.Kind.OTHER_CAP_FIELD, field);
        }
        List<Integer> smaller = new ArrayList<>();
        Matcher numbers = NUMBER.matcher(words);
        while (numbers.find()) {
            String digits = SEPARATOR.matcher(numbers.group(1)).replaceAll("");
            long number = digits.length() > 9 ? Long.MAX_VALUE : Long.parseLong(digits);
            if (cap != null && number > 1 && number < cap) {
                boolean excluded = words.startsWith(" (exclusive)", numbers.end());
                smaller.add((int) number - (excluded ? 1 : 0));
            }
        }
        return smaller.isEmpty()
                ? null
                : new Lesson(
                        Lesson.Kind.LOWER_CAP,
                        field,
                        smaller.stream().mapToInt(Integer::intValue).max().orElseThrow());
    }
}
