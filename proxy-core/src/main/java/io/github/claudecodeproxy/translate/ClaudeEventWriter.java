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

    /** Calls come from the model itself, not from code that it runs. */
    static final JsonNode DIRECT_CALLER = JsonNodeFactory.instance.objectNode().put("type", "direct");

    private final ClaudeMessage start;
    private final Consumer<ClaudeEvent> events;
    private final Thinking thinking;
    private final ReasoningState reasoningState;
    private final StringBuilder thought = new StringBuilder();
    private final Deque<String> lateStates = new ArrayDeque<>();
    private final Deque<OpenBlock> waiting = new ArrayDeque<>();
    private final StringBuilder blank = new StringBuilder();
    private State state = State.NEW;
    private @Nullable OpenBlock open;
    private @Nullable String stateOfText;
    private boolean textApart;
    private int index = -1;
    private boolean argumentsEmitted;
    private boolean toolEmitted;

    /** What the client gets of the model's thinking. */
    enum Thinking {
        /** Its text. */
        SHOWN,
        /** A block without text, for its state. */
        OMITTED,
        /** Nothing. */
        HIDDEN
    }

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

    ClaudeEventWriter(
            ClaudeMessage start, Thinking thinking, ReasoningState reasoningState, Consumer<ClaudeEvent> events) {
        this.start = start;
        this.thinking = thinking;
        this.reasoningState = reasoningState;
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

    /**
     * A message begins.
     *
     * @param phase what the provider says of it and wants back with it; null for nothing
     * @return whether its text is a block of its own: it carries that, or follows a text that carries what was said of
     *     another message
     */
    boolean message(@Nullable String phase) {
        stateOfText = phase == null || thinking == Thinking.HIDDEN ? null : reasoningState.message(phase);
        OpenBlock last = last();
        textApart = stateOfText != null || (last != null && last.kind() == OpenBlock.Kind.TEXT && last.state() != null);
        return textApart;
    }

    void reasoning(String text) {
        if (!text.isEmpty() && thinking != Thinking.HIDDEN && writable()) {
            flowing(OpenBlock.Kind.THINKING, text);
        }
    }

    /** Takes structured reasoning, which goes with the thinking block, or into one of its own. */
    void details(JsonNode details) {
        if (thinking != Thinking.HIDDEN) {
            reasoningState.details(details);
        }
    }

    /**
     * Ends a thought; what follows is another one.
     *
     * @param encrypted what the provider wants back of it; null for nothing
     */
    void endThought(@Nullable String encrypted) {
        if (thinking == Thinking.HIDDEN || !writable()) {
            return;
        }
        if (encrypted != null) {
            reasoningState.encrypted(encrypted);
        }
        if (!waiting.isEmpty() || (open != null && !open.mayEnd())) {
            String state = reasoningState.rest();
            if (state != null) {
                lateStates.add(state);
            }
        } else if (open != null && open.kind() == OpenBlock.Kind.THINKING) {
            close();
        } else if (encrypted != null) {
            close();
            emitStates(null);
        }
    }

    /**
     * Begins a call; its arguments follow by {@link #arguments}.
     *
     * @param extraContent what the provider wants back with the call; null for nothing
     */
    OpenBlock tool(String id, ToolNames.ClientName name, ToolArguments arguments, @Nullable JsonNode extraContent) {
        OpenBlock tool = OpenBlock.tool(id, name, arguments, sealed(id, extraContent));
        if (writable()) {
            toolEmitted = true;
            blank.setLength(0);
            place(tool);
        }
        return tool;
    }

    /** What the provider wants back with a call that has begun already. */
    void lateState(OpenBlock tool, JsonNode extraContent) {
        String state = sealed(tool.id(), extraContent);
        if (state != null && writable()) {
            lateStates.add(state);
        }
    }

    private @Nullable String sealed(String id, @Nullable JsonNode extraContent) {
        return extraContent == null || thinking == Thinking.HIDDEN ? null : reasoningState.call(id, extraContent);
    }

    /** A source of the text that was written last; without effect if something else has begun. */
    void citation(JsonNode citation) {
        if (writable() && waiting.isEmpty() && open != null && open.kind() == OpenBlock.Kind.TEXT) {
            emit(new ClaudeEvent.CitationsDelta(citation));
        }
    }

    /** A block that has no pieces. */
    void whole(ContentBlock block) {
        if (writable()) {
            close();
            emitWhole(block);
        }
    }

    /** A call of a tool that no client runs. */
    void serverTool(String id, String name, String input) {
        if (writable()) {
            close();
            index++;
            ContentBlock empty =
                    new ContentBlock.ServerToolUse(id, name, JsonNodeFactory.instance.objectNode(), DIRECT_CALLER);
            events.accept(new ClaudeEvent.ContentBlockStart(index, empty));
            emit(new ClaudeEvent.InputJsonDelta(""));
            emit(new ClaudeEvent.InputJsonDelta(input));
            events.accept(new ClaudeEvent.ContentBlockStop(index));
        }
    }

    private void emitWhole(ContentBlock block) {
        index++;
        events.accept(new ClaudeEvent.ContentBlockStart(index, block));
        events.accept(new ClaudeEvent.ContentBlockStop(index));
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
        emitStates(null);
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
        OpenBlock last = last();
        boolean apart = kind == OpenBlock.Kind.TEXT && textApart;
        if (last != null && last.kind() == kind && !apart) {
            add(last, text);
        } else if (text.isBlank()) {
            if (kind == OpenBlock.Kind.TEXT && (open == null || open.kind() != OpenBlock.Kind.TOOL)) {
                blank.append(text);
            }
        } else {
            OpenBlock block = apart ? OpenBlock.text(stateOfText) : OpenBlock.of(kind);
            if (apart) {
                stateOfText = null;
                textApart = false;
            }
            place(block);
            add(block, kind == OpenBlock.Kind.TEXT ? blank + text : text);
            blank.setLength(0);
        }
    }

    private @Nullable OpenBlock last() {
        return waiting.isEmpty() ? open : waiting.getLast();
    }

    private void add(OpenBlock block, String text) {
        if (block == open && block.kind() == OpenBlock.Kind.TEXT) {
            emit(new ClaudeEvent.TextDelta(text));
        } else if (block == open) {
            thought.append(text);
            if (thinking == Thinking.SHOWN) {
                emit(new ClaudeEvent.ThinkingDelta(text));
            }
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
        if (block.kind() != OpenBlock.Kind.THINKING) {
            emitStates(block.state());
        }
        open = block;
        index++;
        state = State.IN_BLOCK;
        events.accept(new ClaudeEvent.ContentBlockStart(index, empty(block)));
        if (block.kind() == OpenBlock.Kind.TOOL) {
            argumentsEmitted = false;
            emit(new ClaudeEvent.InputJsonDelta(""));
        }
    }

    /** State of the provider that no thinking block could take, each in a block of its own. */
    private void emitStates(@Nullable String ofNextBlock) {
        String rest = reasoningState.rest();
        if (rest != null) {
            emitWhole(new ContentBlock.RedactedThinking(rest));
        }
        while (!lateStates.isEmpty()) {
            emitWhole(new ContentBlock.RedactedThinking(lateStates.remove()));
        }
        if (ofNextBlock != null) {
            emitWhole(new ContentBlock.RedactedThinking(ofNextBlock));
        }
    }

    private static ContentBlock empty(OpenBlock block) {
        return switch (block.kind()) {
            case TEXT -> new ContentBlock.Text("");
            case THINKING -> new ContentBlock.Thinking("", "");
            case TOOL ->
                new ContentBlock.ToolUse(
                        block.id(),
                        block.name().name(),
                        JsonNodeFactory.instance.objectNode(),
                        DIRECT_CALLER,
                        block.name().toolset(),
                        null);
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
            String sealed = reasoningState.signature(thought.toString(), thinking == Thinking.SHOWN);
            thought.setLength(0);
            emit(new ClaudeEvent.SignatureDelta(sealed == null ? SIGNATURE : sealed));
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
