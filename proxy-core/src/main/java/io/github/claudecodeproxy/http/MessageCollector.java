package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.claude.ContentBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts the events of one stream together into the message that they describe. One thread at a time. */
final class MessageCollector implements Consumer<ClaudeEvent> {

    private final List<ContentBlock> content = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private @Nullable String signature;
    private @Nullable ContentBlock open;
    private @Nullable ClaudeMessage start;
    private ClaudeEvent.@Nullable MessageDelta end;

    @Override
    public void accept(ClaudeEvent event) {
        if (event instanceof ClaudeEvent.MessageStart begun) {
            start = begun.message();
        } else if (event instanceof ClaudeEvent.ContentBlockStart block) {
            begin(block.contentBlock());
        } else if (event instanceof ClaudeEvent.ContentBlockDelta more) {
            add(more.delta());
        } else if (event instanceof ClaudeEvent.ContentBlockStop) {
            content.add(block());
        } else if (event instanceof ClaudeEvent.MessageDelta delta) {
            end = delta;
        } else if (event instanceof ClaudeEvent.Failure failure) {
            throw new ClaudeException(error(failure.error()));
        }
    }

    /** The message, after the last event. */
    ClaudeMessage message() {
        if (start == null || end == null) {
            throw new IllegalStateException("the stream is not complete");
        }
        ClaudeEvent.StopDelta stop = end.delta();
        return new ClaudeMessage(
                start.id(),
                start.model(),
                content,
                stop.stopReason(),
                stop.stopSequence(),
                stop.stopDetails(),
                stop.container(),
                start.diagnostics(),
                end.contextManagement(),
                end.usage());
    }

    private void begin(ContentBlock block) {
        open = block;
        text.setLength(0);
        signature = null;
    }

    private void add(ClaudeEvent.Delta delta) {
        if (delta instanceof ClaudeEvent.TextDelta more) {
            text.append(more.text());
        } else if (delta instanceof ClaudeEvent.ThinkingDelta more) {
            text.append(more.thinking());
        } else if (delta instanceof ClaudeEvent.InputJsonDelta more) {
            text.append(more.partialJson());
        } else if (delta instanceof ClaudeEvent.SignatureDelta more) {
            signature = more.signature();
        }
    }

    private ContentBlock block() {
        if (open instanceof ContentBlock.Text start) {
            return new ContentBlock.Text(text.toString(), start.citations(), start.cacheControl());
        }
        if (open instanceof ContentBlock.Thinking) {
            return new ContentBlock.Thinking(text.toString(), signature);
        }
        if (open instanceof ContentBlock.ToolUse start) {
            return new ContentBlock.ToolUse(
                    start.id(), start.name(), input(), start.caller(), start.toolsetName(), start.cacheControl());
        }
        if (open == null) {
            throw new IllegalStateException("a block stops that was not started");
        }
        return open;
    }

    private ObjectNode input() {
        try {
            JsonNode input = ClaudeJson.mapper().readTree(text.toString());
            if (input instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            // what a model wrote that is no JSON cannot be an input
        }
        return ClaudeJson.mapper().createObjectNode();
    }

    private static ClaudeError error(ClaudeError.Body body) {
        for (ClaudeError.Type type : ClaudeError.Type.values()) {
            if (type.wireName().equals(body.type())) {
                return ClaudeError.of(type, body.message());
            }
        }
        return ClaudeError.of(ClaudeError.Type.API, body.message());
    }
}
