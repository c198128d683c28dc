package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.claude.ContentBlock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Folds the events of one answer into the message that they describe. One answer each; one thread at a time. */
final class MessageAccumulator {

    private static final ObjectReader LENIENT = JsonMapper.builder()
            .enable(
                    JsonReadFeature.ALLOW_SINGLE_QUOTES,
                    JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES,
                    JsonReadFeature.ALLOW_TRAILING_COMMA,
                    JsonReadFeature.ALLOW_JAVA_COMMENTS,
                    JsonReadFeature.ALLOW_YAML_COMMENTS,
                    JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private final Diagnostics diagnostics;
    private final List<ContentBlock> content = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private @Nullable ClaudeMessage start;
    private @Nullable ContentBlock open;
    private String signature = "";
    private @Nullable ArrayNode citations;
    private ClaudeEvent.@Nullable MessageDelta end;

    MessageAccumulator(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    void accept(ClaudeEvent event) {
        if (event instanceof ClaudeEvent.MessageStart messageStart) {
            start = messageStart.message();
        } else if (event instanceof ClaudeEvent.ContentBlockStart blockStart) {
            open = blockStart.contentBlock();
            citations = null;
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
        } else if (delta instanceof ClaudeEvent.CitationsDelta added) {
            citations = citations == null ? JsonNodeFactory.instance.arrayNode() : citations;
            citations.add(added.citation());
        }
    }

    private ContentBlock whole() {
        ContentBlock begun = open;
        if (begun instanceof ContentBlock.ToolUse use) {
            return new ContentBlock.ToolUse(use.id(), use.name(), input(), use.caller(), use.toolsetName(), null);
        }
        if (begun instanceof ContentBlock.ServerToolUse use) {
            return new ContentBlock.ServerToolUse(use.id(), use.name(), input(), use.caller());
        }
        if (begun instanceof ContentBlock.Thinking) {
            return new ContentBlock.Thinking(text.toString(), signature);
        }
        return begun == null || begun instanceof ContentBlock.Text
                ? new ContentBlock.Text(text.toString(), citations, null)
                : begun;
    }

    /** The arguments of a call; what is no valid JSON is read as generously as it can be, as long as one sense is left. */
    private ObjectNode input() {
        ObjectNode input = object(ClaudeJson.mapper().reader());
        if (input != null) {
            return input;
        }
        ObjectNode mended = object(LENIENT);
        diagnostics.add(
                Diagnostic.Kind.ANSWER_CHANGED,
                "tool_calls",
                mended == null
                        ? "the model's arguments are no JSON object; the call has none"
                        : "the model's arguments are not valid JSON; they were mended");
        return mended == null ? JsonNodeFactory.instance.objectNode() : mended;
    }

    private @Nullable ObjectNode object(ObjectReader reader) {
        try {
            return reader.readTree(text.toString()) instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException notJson) {
            return null;
        }
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
