package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.Usage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The strict half of an answer: knows the grammar of Claude's events and no provider. One block is open at a time,
 * indexes are dense, every start has its stop, the stop reason follows from what was emitted, and there is exactly one
 * end. Calls that arrive interleaved wait until the one that streams is complete. Used by one thread at a time.
 */
final class ClaudeEventWriter {

    /** Clients give it back with the thinking; this one says that there is nothing to restore. */
    static final String SIGNATURE = "cHJveHkwMQ==";

    private static final JsonNode DIRECT_CALLER =
            JsonNodeFactory.instance.objectNode().put("type", "direct");

    private final ClaudeMessage start;
    private final Consumer<ClaudeEvent> events;
    private final boolean showThinking;
    private final Deque<OpenBlock> waiting = new ArrayDeque<>();
    private final StringBuilder blank = new StringBuilder();
    private State state = State.NEW;
    private @Nullable OpenBlock open;
    private int index = -1;
    private boolean argumentsEmitted;
    private boolean toolEmitted;

    private enum State {
        /** Nothing emitted. Every verb but fail first emits message_start and goes on as BETWEEN_BLOCKS. */
        NEW,
        /** No block is open. text, reasoning and tool emit content_block_start and lead to IN_BLOCK. */
        BETWEEN_BLOCKS,
        /** One block is open; a verb for another kind of block emits content_block_stop first, or waits. */
        IN_BLOCK,
        /** message_stop or error was emitted; every verb is without effect. */
        ENDED
    }

    ClaudeEventWriter(ClaudeMessage start, boolean showThinking, Consumer<ClaudeEvent> events) {
        this.start = start;
        this.showThinking = showThinking;
        this.events = events;
    }

    boolean started() {
        return state != State.NEW;
    }

    boolean ended() {
        return state == State.ENDED;
    }

    boolean toolEmitted() {
        return toolEmitted;
    }

    void start() {
        if (state == State.NEW) {
            state = State.BETWEEN_BLOCKS;
            events.accept(new ClaudeEvent.MessageStart(start));
        }
    }

    void text(String text) {
        if (!text.isEmpty() && writable()) {
            flowing(OpenBlock.Kind.TEXT, text);
        }
    }

    void reasoning(String thought) {
        if (!thought.isEmpty() && showThinking && writable()) {
            flowing(OpenBlock.Kind.THINKING, thought);
        }
    }

    /** Begins a call; its arguments follow by {@link #arguments}. */
    OpenBlock tool(String id, String name, ToolArguments arguments) {
        OpenBlock tool = OpenBlock.tool(id, name, arguments);
        if (writable()) {
            toolEmitted = true;
            blank.setLength(0);
            place(tool);
        }
        return tool;
    }

    /** More of a call's arguments; what comes after the arguments are complete is not part of them. */
    void arguments(OpenBlock tool, String fragment) {
        if (!writable() || fragment.isEmpty()) {
            return;
        }
        if (tool == open) {
            emitArguments(tool.arguments().accept(fragment));
            promote(false);
        } else if (waiting.contains(tool)) {
            tool.waiting().append(fragment);
        }
    }

    /** Ends the answer. */
    void finish(
            String stopReason,
            @Nullable String stopSequence,
            ClaudeMessage.@Nullable StopDetails details,
            Usage usage) {
        if (!writable()) {
            return;
        }
        promote(true);
        close();
        events.accept(new ClaudeEvent.MessageDelta(
                new ClaudeEvent.StopDelta(stopReason, stopSequence, details, null), usage, start.contextManagement()));
        events.accept(new ClaudeEvent.MessageStop());
        state = State.ENDED;
    }

    /** Ends the stream because it failed; an open block stays open, so that nobody takes it for whole. */
    void fail(ClaudeError error, @Nullable String requestId) {
        if (state != State.ENDED) {
            state = State.ENDED;
            events.accept(new ClaudeEvent.Failure(error, requestId));
        }
    }

    private boolean writable() {
        start();
        return state != State.ENDED;
    }

    /** Text or thought: goes on in its block, or begins one, but a block is never begun for white space alone. */
    private void flowing(OpenBlock.Kind kind, String text) {
        OpenBlock last = waiting.isEmpty() ? open : waiting.getLast();
        if (last != null && last.kind() == kind) {
            add(last, text);
        } else if (text.isBlank()) {
            if (kind == OpenBlock.Kind.TEXT && (open == null || open.kind() != OpenBlock.Kind.TOOL)) {
                blank.append(text);
            }
        } else {
            OpenBlock block = OpenBlock.of(kind);
            place(block);
            add(block, kind == OpenBlock.Kind.TEXT ? blank + text : text);
            blank.setLength(0);
        }
    }

    private void add(OpenBlock block, String text) {
        if (block == open) {
            emit(
                    block.kind() == OpenBlock.Kind.TEXT
                            ? new ClaudeEvent.TextDelta(text)
                            : new ClaudeEvent.ThinkingDelta(text));
        } else {
            block.waiting().append(text);
        }
    }

    private void place(OpenBlock block) {
        if (waiting.isEmpty() && (open == null || open.mayEnd())) {
            begin(block);
        } else {
            waiting.add(block);
        }
    }

    /** Lets waiting blocks stream, as far as the one before them may end, or all when the answer ends. */
    private void promote(boolean atEnd) {
        while (!waiting.isEmpty() && (atEnd || open == null || open.mayEnd())) {
            OpenBlock next = waiting.remove();
            begin(next);
            String text = next.waiting().toString();
            next.waiting().setLength(0);
            if (next.kind() == OpenBlock.Kind.TOOL) {
                emitArguments(next.arguments().accept(text));
            } else if (!text.isEmpty()) {
                add(next, text);
            }
        }
    }

    private void begin(OpenBlock block) {
        close();
        open = block;
        index++;
        state = State.IN_BLOCK;
        events.accept(new ClaudeEvent.ContentBlockStart(index, empty(block)));
        if (block.kind() == OpenBlock.Kind.TOOL) {
            argumentsEmitted = false;
            emit(new ClaudeEvent.InputJsonDelta(""));
        }
    }

    private static ContentBlock empty(OpenBlock block) {
        return switch (block.kind()) {
            case TEXT -> new ContentBlock.Text("");
            case THINKING -> new ContentBlock.Thinking("", "");
            case TOOL ->
                new ContentBlock.ToolUse(
                        block.id(), block.name(), JsonNodeFactory.instance.objectNode(), DIRECT_CALLER, null, null);
        };
    }

    private void emitArguments(String fragment) {
        if (!fragment.isEmpty()) {
            argumentsEmitted = true;
            emit(new ClaudeEvent.InputJsonDelta(fragment));
        }
    }

    private void emit(ClaudeEvent.Delta delta) {
        events.accept(new ClaudeEvent.ContentBlockDelta(index, delta));
    }

    private void close() {
        OpenBlock block = open;
        if (block == null) {
            return;
        }
        if (block.kind() == OpenBlock.Kind.THINKING) {
            emit(new ClaudeEvent.SignatureDelta(SIGNATURE));
        } else if (block.kind() == OpenBlock.Kind.TOOL) {
            emitArguments(block.arguments().rest());
            if (!argumentsEmitted) {
                emit(new ClaudeEvent.InputJsonDelta("{}"));
            }
        }
        events.accept(new ClaudeEvent.ContentBlockStop(index));
        open = null;
        state = State.BETWEEN_BLOCKS;
    }
}
