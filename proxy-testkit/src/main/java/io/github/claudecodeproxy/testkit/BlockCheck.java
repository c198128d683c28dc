package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** One content block of a stream, from its start to its stop. */
final class BlockCheck {

    private static final Pattern TOOL_ID = Pattern.compile("[a-zA-Z0-9_-]+");
    private static final Pattern SERVER_TOOL_ID = Pattern.compile("srvtoolu_[a-zA-Z0-9_]+");

    private static final Set<String> SERVER_TOOLS = Set.of(
            "web_search",
            "web_fetch",
            "code_execution",
            "bash_code_execution",
            "text_editor_code_execution",
            "tool_search_tool_regex",
            "tool_search_tool_bm25",
            "advisor");

    /** What a server tool gave; such a block comes whole, in its start. */
    private static final Set<String> SERVER_RESULTS = Set.of(
            "web_search_tool_result",
            "web_fetch_tool_result",
            "code_execution_tool_result",
            "bash_code_execution_tool_result",
            "text_editor_code_execution_tool_result",
            "tool_search_tool_result");

    /** Which member of each delta carries its value. */
    private static final Map<String, String> VALUE_OF = Map.of(
            "text_delta", "text",
            "thinking_delta", "thinking",
            "signature_delta", "signature",
            "input_json_delta", "partial_json",
            "citations_delta", "citation");

    private static final Set<String> SEARCH_ERRORS = Set.of(
            "invalid_tool_input",
            "unavailable",
            "max_uses_exceeded",
            "too_many_requests",
            "query_too_long",
            "request_too_large");

    private final int index;
    private final JsonNode start;
    private final String type;
    private final Consumer<String> violation;
    private final StringBuilder text = new StringBuilder();
    private boolean signed;
    private int inputDeltas;

    BlockCheck(int index, JsonNode start, Consumer<String> violation) {
        this.index = index;
        this.start = start;
        this.type = start.path("type").asText();
        this.violation = violation;
        checkStart();
    }

    int index() {
        return index;
    }

    String id() {
        return start.path("id").asText();
    }

    boolean isToolUse() {
        return type.equals("tool_use");
    }

    private void checkStart() {
        switch (type) {
            case "text" -> startsEmpty("text");
            case "thinking" -> {
                startsEmpty("thinking");
                startsEmpty("signature");
            }
            case "tool_use" -> {
                toolStart(TOOL_ID);
                JsonNode toolset = start.path("toolset_name");
                expect(toolset.isMissingNode() || isText(toolset), "toolset_name is " + toolset);
            }
            case "server_tool_use" -> {
                toolStart(SERVER_TOOL_ID);
                expect(SERVER_TOOLS.contains(start.path("name").asText()), "no server tool " + start.path("name"));
            }
            case "redacted_thinking" -> expect(isText(start.path("data")), "redacted_thinking without data");
            case "web_search_tool_result" -> {
                result();
                searchResult(start.path("content"));
            }
            default -> {
                expect(SERVER_RESULTS.contains(type), "unknown block type " + start.path("type"));
                result();
            }
        }
    }

    private void result() {
        expect(isText(start.path("tool_use_id")), type + " without a tool_use_id");
        expect(!start.path("content").isMissingNode(), type + " without content");
    }

    private void searchResult(JsonNode content) {
        caller();
        if (content.isArray()) {
            for (JsonNode found : content) {
                expect(
                        found.path("type").asText().equals("web_search_result")
                                && isText(found.path("url"))
                                && found.path("title").isTextual()
                                && found.path("encrypted_content").isTextual()
                                && found.has("page_age"),
                        "no web_search_result: " + found);
            }
            return;
        }
        expect(
                content.path("type").asText().equals("web_search_tool_result_error")
                        && SEARCH_ERRORS.contains(content.path("error_code").asText()),
                "neither results nor an error of a search: " + content);
    }

    /** Who called the tool: typed clients require it. */
    private void caller() {
        JsonNode caller = start.path("caller");
        String kind = caller.path("type").asText();
        boolean known = kind.equals("direct") || (kind.startsWith("code_execution_") && isText(caller.path("tool_id")));
        expect(known, type + " has the caller " + caller);
    }

    private static boolean isText(JsonNode value) {
        return value.isTextual() && !value.textValue().isEmpty();
    }

    /** The call that this block answers, or an empty text. */
    String answered() {
        return SERVER_RESULTS.contains(type) ? start.path("tool_use_id").asText() : "";
    }

    boolean isServerToolUse() {
        return type.equals("server_tool_use");
    }

    private void startsEmpty(String member) {
        JsonNode value = start.path(member);
        expect(value.isTextual() && value.asText().isEmpty(), type + " block must start with " + member + " \"\"");
    }

    private void toolStart(Pattern idPattern) {
        expect(idPattern.matcher(id()).matches(), "bad tool id " + start.path("id"));
        caller();
        expect(!start.path("name").asText().isEmpty(), "tool without a name");
        JsonNode input = start.path("input");
        expect(input.isObject() && input.isEmpty(), "tool block must start with input {}");
    }

    void delta(JsonNode delta) {
        String kind = delta.path("type").asText();
        if (!allowed().contains(kind)) {
            violation.accept(delta.path("type") + " does not fit a " + type + " block");
            return;
        }
        JsonNode value = delta.path(VALUE_OF.getOrDefault(kind, ""));
        expect(value.isTextual() || (kind.equals("citations_delta") && value.isObject()), kind + " without its value");
        expect(!signed, kind + " after the signature");
        append(kind, value.asText());
    }

    private Set<String> allowed() {
        return switch (type) {
            case "text" -> Set.of("text_delta", "citations_delta");
            case "thinking" -> Set.of("thinking_delta", "signature_delta");
            case "tool_use", "server_tool_use" -> Set.of("input_json_delta");
            default -> Set.of();
        };
    }

    private void append(String kind, String value) {
        switch (kind) {
            case "signature_delta" -> {
                expect(!value.isEmpty(), "empty signature");
                signed = true;
            }
            case "input_json_delta" -> {
                expect(inputDeltas++ > 0 || value.isEmpty(), "the first input_json_delta must be \"\"");
                text.append(value);
            }
            default -> text.append(value);
        }
    }

    void stop() {
        switch (type) {
            case "text" -> expect(!text.isEmpty(), "empty text block");
            // without text: that is how thinking looks when the client asked to have it omitted
            case "thinking" -> expect(signed, "thinking without a signature");
            case "tool_use", "server_tool_use" -> expect(inputDeltas > 0, "tool block without an input_json_delta");
            default -> {}
        }
    }

    /** Checks the joined tool input; none at all means {@code {}}. */
    void inputParses() {
        if (inputDeltas > 0 && !text.isEmpty()) {
            expect(Json.object(text.toString()).isPresent(), "input of block " + index + " is no JSON object: " + text);
        }
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds) {
            violation.accept(otherwise);
        }
    }
}
