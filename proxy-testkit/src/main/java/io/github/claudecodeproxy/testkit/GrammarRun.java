package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One pass of {@link ClaudeGrammar} over one stream: the order of events, and what their order implies. */
final class GrammarRun {

    /** Stop reasons that cut an answer short wherever it stands, also inside a tool call. */
    private static final Set<String> CUTTING = Set.of("max_tokens", "refusal", "model_context_window_exceeded");

    private enum Phase {
        BEFORE_START,
        BLOCKS,
        AFTER_MESSAGE_DELTA,
        OVER
    }

    private final ToolInput toolInput;
    private final List<String> violations = new ArrayList<>();
    private final List<BlockCheck> blocks = new ArrayList<>();
    private final Set<String> toolIds = new HashSet<>();
    private MessageCheck message = new MessageCheck(this::violation);
    private Phase phase = Phase.BEFORE_START;
    private @Nullable BlockCheck open;
    private String stopReason = "";
    private String at = "";
    private int count;

    GrammarRun(ToolInput toolInput) {
        this.toolInput = toolInput;
    }

    void accept(StreamEvent event) {
        at = "event " + count++ + " (" + event.name() + "): ";
        if (!event.name().equals(event.data().path("type").asText())) {
            violation("type is " + event.data().path("type"));
        }
        if (phase == Phase.OVER) {
            violation("nothing may follow the end of the stream");
        } else if (phase == Phase.BEFORE_START
                && !Set.of("message_start", "error").contains(event.name())) {
            violation("comes before message_start");
        } else {
            dispatch(event.name(), event.data());
        }
    }

    private void dispatch(String name, JsonNode data) {
        switch (name) {
            case "message_start" -> messageStart(data);
            case "content_block_start" -> blockStart(data);
            case "content_block_delta" -> blockDelta(data);
            case "content_block_stop" -> blockStop(data);
            case "message_delta" -> messageDelta(data);
            case "message_stop" -> messageStop();
            case "error" -> error(data);
            case "ping" -> {}
            default -> violation("unknown event");
        }
    }

    List<String> finish() {
        if (phase != Phase.OVER) {
            violations.add("end: the stream has neither message_stop nor error");
        }
        return List.copyOf(violations);
    }

    private void messageStart(JsonNode data) {
        if (phase != Phase.BEFORE_START) {
            violation("second message_start");
            return;
        }
        phase = Phase.BLOCKS;
        message = new MessageCheck(this::violation);
        message.start(data.path("message"));
    }

    private void blockStart(JsonNode data) {
        if (phase == Phase.AFTER_MESSAGE_DELTA) {
            violation("block after message_delta");
        }
        if (open != null) {
            violation("block " + open.index() + " is still open");
        }
        index(data, blocks.size());
        open = new BlockCheck(blocks.size(), data.path("content_block"), this::violation);
        blocks.add(open);
        if ((open.isToolUse() || open.isServerToolUse()) && !toolIds.add(open.id())) {
            violation("tool id " + open.id() + " is used twice");
        }
        answers(open);
    }

    /** The result of a server tool stands behind its call. */
    private void answers(BlockCheck result) {
        String id = result.answered();
        boolean called = blocks.stream()
                .anyMatch(block -> block.isServerToolUse() && block.id().equals(id));
        if (!id.isEmpty() && !called) {
            violation("result of " + id + ", which nobody called");
        }
    }

    private void blockDelta(JsonNode data) {
        if (open == null) {
            violation("no block is open");
            return;
        }
        index(data, open.index());
        open.delta(data.path("delta"));
    }

    private void blockStop(JsonNode data) {
        if (open == null) {
            violation("no block is open");
            return;
        }
        index(data, open.index());
        open.stop();
        open = null;
    }

    private void index(JsonNode data, int expected) {
        JsonNode index = data.path("index");
        if (!index.isInt() || index.intValue() != expected) {
            violation("index is " + index + ", expected " + expected);
        }
    }

    private void messageDelta(JsonNode data) {
        if (open != null) {
            violation("block " + open.index() + " is still open");
        }
        phase = Phase.AFTER_MESSAGE_DELTA;
        stopReason = data.path("delta").path("stop_reason").asText();
        message.delta(data);
    }

    private void messageStop() {
        if (open != null) {
            violation("block " + open.index() + " is still open");
        }
        if (phase != Phase.AFTER_MESSAGE_DELTA) {
            violation("no message_delta came before");
        } else {
            toolsFitStopReason();
        }
        toolInputsParse();
        phase = Phase.OVER;
    }

    private void toolsFitStopReason() {
        boolean hasTool = blocks.stream().anyMatch(BlockCheck::isToolUse);
        if (hasTool && !stopReason.equals("tool_use") && !CUTTING.contains(stopReason)) {
            violation("the message has a tool_use block but stop_reason " + stopReason);
        } else if (!hasTool && stopReason.equals("tool_use")) {
            violation("stop_reason tool_use without a tool_use block");
        }
    }

    private void toolInputsParse() {
        if (toolInput == ToolInput.MAY_BE_BROKEN) {
            return;
        }
        int whole = CUTTING.contains(stopReason) ? blocks.size() - 1 : blocks.size();
        for (int i = 0; i < whole; i++) {
            blocks.get(i).inputParses();
        }
    }

    private void error(JsonNode data) {
        phase = Phase.OVER;
        MessageCheck.error(data.path("error"), this::violation);
    }

    private void violation(String what) {
        violations.add(at + what);
    }
}
