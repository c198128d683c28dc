package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Folds the events of one answer into the message that they describe. One answer each; one thread at a time. */
final class MessageAccumulator {

    private final Diagnostics diagnostics;
    private final List<ContentBlock> content = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private @Nullable ClaudeMessage start;
    private @Nullable ContentBlock open;
    private String signature = "";
    private ClaudeEvent.@Nullable MessageDelta end;

    MessageAccumulator(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    void accept(ClaudeEvent event) {
        if (event instanceof ClaudeEvent.MessageStart messageStart) {
            start = messageStart.message();
        } else if (event instanceof ClaudeEvent.ContentBlockStart blockStart) {
            open = blockStart.contentBlock();
            text.setLength(0);
        } else if (event instanceof ClaudeEvent.ContentBlockDelta delta) {
            delta(delta.delta());
        } else if (event instanceof ClaudeEvent.ContentBlockStop) {
            content.add(whole());
        } else if (event instanceof ClaudeEvent.MessageDelta messageDelta) {
            end = messageDelta;
        } else if (event instanceof ClaudeEvent.Failure failure) {
            throw new ClaudeException(failure.cause());
        }
    }

    private void delta(ClaudeEvent.Delta delta) {
        if (delta instanceof ClaudeEvent.TextDelta added) {
            text.append(added.text());
        } else if (delta instanceof ClaudeEvent.ThinkingDelta added) {
            text.append(added.thinking());
        } else if (delta instanceof ClaudeEvent.InputJsonDelta added) {
            text.append(added.partialJson());
        } else if (delta instanceof ClaudeEvent.SignatureDelta added) {
            signature = added.signature();
        }
    }

    private ContentBlock whole() {
        if (open instanceof ContentBlock.ToolUse use) {
            return new ContentBlock.ToolUse(use.id(), use.name(), input(), use.caller(), null, null);
        }
        return open instanceof ContentBlock.Thinking
                ? new ContentBlock.Thinking(text.toString(), signature)
                : new ContentBlock.Text(text.toString());
    }

    private ObjectNode input() {
        try {
            JsonNode input = ClaudeJson.mapper().readTree(text.toString());
            if (input instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException notJson) {
            diagnostics.add(
                    Kind.ANSWER_CHANGED, "tool_calls", "the model's arguments are not valid JSON; the call has none");
            return JsonNodeFactory.instance.objectNode();
        }
        diagnostics.add(
                Kind.ANSWER_CHANGED, "tool_calls", "the model's arguments are no JSON object; the call has none");
        return JsonNodeFactory.instance.objectNode();
    }

    /** The message; only after the whole answer. */
    ClaudeMessage message() {
        ClaudeMessage begun = start;
        ClaudeEvent.MessageDelta ended = end;
        if (begun == null || ended == null) {
            throw new IllegalStateException("the answer has not ended");
        }
        return new ClaudeMessage(
                begun.id(),
                begun.model(),
                content,
                ended.delta().stopReason(),
                ended.delta().stopSequence(),
                ended.delta().stopDetails(),
                null,
                null,
                begun.contextManagement(),
                ended.usage());
    }
}
