package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The grammar of an Anthropic message stream, as strict as the strictest of its readers.
 *
 * <pre>
 * stream  := message_start ( ping | block )* message_delta+ message_stop
 * block   := content_block_start ( content_block_delta | ping )* content_block_stop
 * failure := any prefix, then error
 * </pre>
 *
 * <p>Stateless and safe for use by several threads. No method takes or returns null.
 */
public final class ClaudeGrammar {

    private ClaudeGrammar() {}

    /** Lists what is wrong with the raw text of a stream, framing included; empty when nothing is. */
    public static List<String> check(String sse) {
        return check(sse, ToolInput.MUST_PARSE);
    }

    /** Lists what is wrong with the raw text of a stream, framing included, with a choice about tool inputs. */
    public static List<String> check(String sse, ToolInput toolInput) {
        SseText text = SseText.parse(sse);
        List<String> violations = new ArrayList<>(text.violations());
        violations.addAll(check(text.events(), toolInput));
        return List.copyOf(violations);
    }

    /** Lists what is wrong with a sequence of events; empty when nothing is. */
    public static List<String> check(List<StreamEvent> events) {
        return check(events, ToolInput.MUST_PARSE);
    }

    /** Lists what is wrong with a sequence of events, with a choice about tool inputs. */
    public static List<String> check(List<StreamEvent> events, ToolInput toolInput) {
        GrammarRun run = new GrammarRun(toolInput);
        events.forEach(run::accept);
        return run.finish();
    }

    /** Lists what is wrong with a whole message, in terms of the events that would have brought it. */
    public static List<String> checkMessage(JsonNode message) {
        return check(MessageEvents.of(message));
    }

    /**
     * Accumulates the raw text of a stream into a message without judging it.
     *
     * @see #fold(List)
     */
    public static ObjectNode fold(String sse) {
        return fold(SseText.parse(sse).events());
    }

    /**
     * Accumulates events into a message, as the client libraries do: text and thinking appended, signatures assigned,
     * tool inputs joined and parsed when their block stops, usage overridden by each non-null member that a {@code
     * message_delta} has. An input that is no JSON object stays visible as a JSON string. Stops at an {@code error}
     * event and gives what came before it.
     *
     * @throws IllegalArgumentException when no {@code message_start} comes first, or a delta has no open block
     */
    public static ObjectNode fold(List<StreamEvent> events) {
        return MessageFold.fold(events);
    }

    /**
     * Asserts that a stream has no violation, and accumulates it.
     *
     * @throws AssertionError listing the violations and showing the stream
     */
    public static ObjectNode messageOf(String sse) {
        List<String> violations = check(sse);
        if (!violations.isEmpty()) {
            throw new AssertionError(String.join("\n", violations) + "\n--- in the stream ---\n" + sse);
        }
        return fold(sse);
    }
}
