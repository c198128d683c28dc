package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.openai.ChatContent;
import io.github.claudecodeproxy.openai.ChatMessage;
import io.github.claudecodeproxy.openai.ChatRequest;
import io.github.claudecodeproxy.openai.ChatTool;
import io.github.claudecodeproxy.openai.ContentPart;
import io.github.claudecodeproxy.openai.InputContent;
import io.github.claudecodeproxy.openai.InputItem;
import io.github.claudecodeproxy.openai.InputPart;
import io.github.claudecodeproxy.openai.ResponsesRequest;
import io.github.claudecodeproxy.openai.ResponsesRequest.OfferedTool;
import io.github.claudecodeproxy.openai.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says on the Responses API what a chat request says, which a profile {@linkplain
 * io.github.claudecodeproxy.provider.ProviderProfile#onResponses on that API} has made: its messages are in the order of
 * the items, the results of its tools have all their parts, and it has no parameters that this API lacks. Used once.
 */
final class ResponsesRequestConverter {

    /** Of {@code include}: without it, reasoning that is not stored is lost. */
    static final String ENCRYPTED_REASONING = "reasoning.encrypted_content";

    static final String REASONING = "reasoning";

    /** Where a chat request says that the provider is to search. */
    static final String SEARCH = "web_search";

    /** The API refuses a smaller {@code max_output_tokens}. */
    static final int LEAST_CAP = 16;

    private final ChatRequest chat;
    private final List<InputItem> input = new ArrayList<>();
    private @Nullable String instructions;

    ResponsesRequestConverter(ChatRequest chat) {
        this.chat = chat;
    }

    ResponsesRequest convert() {
        chat.messages().forEach(this::add);
        Map<String, JsonNode> extra = new LinkedHashMap<>(chat.extra());
        JsonNode reasoning = reasoning(extra.remove(REASONING));
        List<OfferedTool> tools = tools(extra.remove(SEARCH));
        return new ResponsesRequest(
                chat.model(),
                chat.stream(),
                false,
                instructions,
                input,
                tools.isEmpty() ? null : tools,
                choice(),
                chat.parallelToolCalls(),
                chat.maxTokens() != null ? chat.maxTokens() : chat.maxCompletionTokens(),
                chat.temperature(),
                chat.topP(),
                reasoning,
                text(),
                extra);
    }

    private void add(ChatMessage message) {
        JsonNode reasoning = message.extra().get(ReasoningHistory.ITEMS);
        if (reasoning != null) {
            reasoning.forEach(thought -> input.add(InputItem.reasoning(thought.asText())));
        }
        ChatContent content = message.content();
        switch (message.role()) {
            case "assistant" -> {
                if (content != null) {
                    JsonNode phase = message.extra().get(ReasoningHistory.PHASE);
                    input.add(InputItem.answer(written(content), phase == null ? null : phase.textValue()));
                }
                calls(message);
            }
            case "tool" -> output(String.valueOf(message.toolCallId()), content);
            case "user" -> words("user", content);
            default -> system(message.role(), content);
        }
    }

    private void words(String role, @Nullable ChatContent content) {
        if (content != null) {
            input.add(InputItem.message(role, InputContent.of(parts(content))));
        }
    }

    /** Instructions are a text: parts with a prompt cache breakpoint have to be a message. */
    private void system(String role, @Nullable ChatContent content) {
        if (instructions == null && input.isEmpty() && content != null && content.text() != null) {
            instructions = content.text();
        } else {
            words(role, content);
        }
    }

    private void calls(ChatMessage message) {
        for (ToolCall call : message.toolCalls() == null ? List.<ToolCall>of() : message.toolCalls()) {
            input.add(InputItem.call(
                    call.id(), call.function().name(), call.function().arguments()));
        }
    }

    private void output(String callId, @Nullable ChatContent content) {
        InputContent output = content == null || content.parts() == null
                ? InputContent.of(content == null ? "" : String.valueOf(content.text()))
                : InputContent.of(parts(content));
        input.add(InputItem.output(callId, output));
    }

    /** Earlier words of the model are a text: as parts, the API wants them with the ids that it gave them. */
    private static InputContent written(ChatContent content) {
        List<ContentPart> parts = content.parts();
        return InputContent.of(
                parts == null
                        ? String.valueOf(content.text())
                        : ContentConverter.paragraphs(parts.stream()
                                .map(part -> String.valueOf(part.text()))
                                .toList()));
    }

    private static List<InputPart> parts(ChatContent content) {
        List<ContentPart> parts =
                content.parts() == null ? List.of(ContentPart.text(String.valueOf(content.text()))) : content.parts();
        return parts.stream()
                .map(part -> unmarked(part).withPromptCacheBreakpoint(part.promptCacheBreakpoint()))
                .toList();
    }

    private static InputPart unmarked(ContentPart part) {
        if (part.imageUrl() != null) {
            return InputPart.image(part.imageUrl().path("url").asText());
        }
        if (part.file() == null) {
            return part.documentUrl() != null
                    ? InputPart.fileAt(part.documentUrl())
                    : InputPart.text(String.valueOf(part.text()));
        }
        String data = part.file().path("file_data").asText();
        return data.startsWith("data:")
                ? InputPart.file(part.file().path("filename").asText(), data)
                : InputPart.fileAt(data);
    }

    private List<OfferedTool> tools(@Nullable JsonNode search) {
        List<OfferedTool> tools = new ArrayList<>();
        for (ChatTool tool : chat.tools() == null ? List.<ChatTool>of() : chat.tools()) {
            ChatTool.Function function = tool.function();
            tools.add(OfferedTool.function(
                    function.name(),
                    function.description(),
                    function.parameters(),
                    Boolean.TRUE.equals(function.strict())));
        }
        if (search != null) {
            tools.add(OfferedTool.webSearch(search.get("filters"), search.get("user_location")));
        }
        return tools;
    }

    /** A named function stands beside the type here, not in an object of its own. */
    private @Nullable JsonNode choice() {
        JsonNode choice = chat.toolChoice();
        if (choice == null || !choice.has("function")) {
            return choice;
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "function")
                .put("name", choice.path("function").path("name").asText());
    }

    private @Nullable JsonNode reasoning(@Nullable JsonNode summary) {
        ObjectNode reasoning = JsonNodeFactory.instance.objectNode();
        if (chat.reasoningEffort() != null) {
            reasoning.put("effort", chat.reasoningEffort());
        }
        if (summary instanceof ObjectNode wanted) {
            reasoning.setAll(wanted);
        }
        return reasoning.isEmpty() ? null : reasoning;
    }

    private @Nullable JsonNode text() {
        JsonNode format = chat.responseFormat();
        if (format == null) {
            return null;
        }
        ObjectNode flat = JsonNodeFactory.instance
                .objectNode()
                .put("type", format.path("type").asText());
        if (format.path("json_schema") instanceof ObjectNode schema) {
            flat.setAll(schema);
        }
        ObjectNode text = JsonNodeFactory.instance.objectNode();
        text.set("format", flat);
        return text;
    }
}
