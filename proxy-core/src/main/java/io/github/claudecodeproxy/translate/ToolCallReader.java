package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.openai.ChatChunk.ToolCallDelta;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides to which call a piece belongs, whatever the provider does with ids, indexes and names, and hands it to the
 * writer. The rules: id and index decide, then the id, then the index, then the latest call is meant; a new id or
 * another name together with a name begins a new call, even on an index in use; an empty id or name is none; a call
 * begins to stream once its name is known. Used by one thread at a time.
 */
final class ToolCallReader {

    /** What some send before the real arguments come, and what stands for no arguments at all. */
    private static final Set<String> PLACEHOLDERS = Set.of("{}", "null");

    /** A host that repeats a call without end would do so until the answer is as long as it may be. */
    private static final int MOST_SURPLUS = 16 << 10;

    private final ClaudeEventWriter writer;
    private final ToolNames names;
    private final ToolIds ids;
    private final Map<String, Set<String>> requiredParameters;
    private final Diagnostics diagnostics;
    private final List<Call> calls = new ArrayList<>();
    private final List<Call> inThisChunk = new ArrayList<>();
    private int surplus;

    /** One call as far as it has arrived. */
    private static final class Call {
        private @Nullable JsonNode extraContent;
        private @Nullable Integer index;
        private @Nullable String id;
        private @Nullable String name;
        private @Nullable OpenBlock block;
        private boolean placeholder;
        private final StringBuilder arguments = new StringBuilder();
        private final Surrogates surrogates = new Surrogates();
        private ToolArguments shape = new ToolArguments(null);
    }

    ToolCallReader(
            ClaudeEventWriter writer,
            ToolNames names,
            ToolIds ids,
            Map<String, Set<String>> requiredParameters,
            Diagnostics diagnostics) {
        this.writer = writer;
        this.names = names;
        this.ids = ids;
        this.requiredParameters = requiredParameters;
        this.diagnostics = diagnostics;
    }

    /** Takes the pieces of one chunk. */
    void read(List<ToolCallDelta> deltas) {
        inThisChunk.clear();
        deltas.forEach(this::read);
    }

    /** Takes a call that is whole. */
    void whole(TextCall written) {
        Call call = new Call();
        calls.add(call);
        call.name = written.name();
        call.shape.accept(written.arguments());
        call.arguments.append(written.arguments());
        pass(call, written.arguments());
    }

    private void read(ToolCallDelta delta) {
        Call call = find(delta);
        if (call == null) {
            calls.forEach(this::settle);
            call = new Call();
            calls.add(call);
        }
        inThisChunk.add(call);
        call.index = call.index == null ? delta.index() : call.index;
        call.id = call.id == null ? delta.id() : call.id;
        call.name = call.name == null ? delta.name() : call.name;
        extra(call, delta.extraContent());
        arguments(call, delta.arguments() == null ? "" : call.surrogates.join(delta.arguments()));
    }

    private void extra(Call call, @Nullable JsonNode extraContent) {
        if (extraContent == null) {
            return;
        }
        if (call.block == null) {
            call.extraContent = extraContent;
        } else {
            writer.lateState(call.block, extraContent);
        }
    }

    /** Whether the provider goes on and on after a call is complete. */
    boolean endless() {
        return surplus > MOST_SURPLUS;
    }

    /** Calls that never got a name cannot be run by anybody. */
    void end() {
        if (calls.stream().anyMatch(call -> call.block == null)) {
            diagnostics.add(
                    Kind.ANSWER_CHANGED, "tool_calls", "the provider sent a call without a name; it was dropped");
        }
    }

    /** Whether a call has begun whose arguments have not ended. */
    boolean incomplete() {
        return calls.stream().anyMatch(call -> !call.shape.complete() && !call.arguments.isEmpty());
    }

    private @Nullable Call find(ToolCallDelta delta) {
        String id = delta.id();
        Integer index = delta.index();
        Call found = null;
        if (id != null) {
            found = latest(call -> id.equals(call.id) && (index == null || index.equals(call.index)));
            found = found != null ? found : latest(call -> id.equals(call.id) && !anotherIndex(delta, call));
        } else if (index == null && delta.name() == null) {
            found = latest(call -> true);
        }
        if (found == null) {
            Call candidate = byIndex(delta);
            found = candidate == null || begins(delta, candidate) ? null : candidate;
        }
        return found != null && delta.name() != null && inThisChunk.contains(found) ? null : found;
    }

    private @Nullable Call byIndex(ToolCallDelta delta) {
        Integer index = delta.index();
        if (index == null) {
            return latest(call -> true);
        }
        Call same = latest(call -> index.equals(call.index));
        if (same == null && delta.name() == null) {
            // Begun without an index, or continued under a wrong one.
            return latest(call -> !call.shape.complete() && (call.index == null || delta.id() == null));
        }
        return same;
    }

    private @Nullable Call latest(Predicate<Call> condition) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            if (condition.test(calls.get(i))) {
                return calls.get(i);
            }
        }
        return null;
    }

    /** Some servers give every call of a turn the same id; the name shows that a call begins. */
    private static boolean anotherIndex(ToolCallDelta delta, Call call) {
        return delta.name() != null
                && delta.index() != null
                && call.index != null
                && !delta.index().equals(call.index);
    }

    /** Whether the piece begins a call of its own, though a call is there that it could continue. */
    private static boolean begins(ToolCallDelta delta, Call call) {
        if (delta.name() == null) {
            return false;
        }
        if (delta.id() != null && call.id != null) {
            return true;
        }
        if (call.name != null && !delta.name().equals(call.name)) {
            return true;
        }
        return delta.id() == null && call.shape.complete() && !restates(delta.arguments(), call);
    }

    private static boolean restates(@Nullable String arguments, Call call) {
        return arguments == null
                || arguments.isBlank()
                || (arguments.length() >= call.arguments.length() / 2
                        && arguments.strip().equals(call.arguments.toString().strip()));
    }

    private void arguments(Call call, String fragment) {
        if (call.placeholder && !fragment.isBlank()) {
            call.placeholder = false;
            call.arguments.setLength(0);
            call.shape = new ToolArguments(null);
        }
        if (call.shape.complete() && !fragment.isBlank()) {
            if (!restates(fragment, call)) {
                surplus += fragment.length();
                diagnostics.add(
                        Kind.ANSWER_CHANGED,
                        "tool_calls",
                        "the provider went on after the arguments were complete; dropped");
            }
            return;
        }
        boolean first = call.arguments.isEmpty();
        call.shape.accept(fragment);
        call.arguments.append(fragment);
        call.placeholder = first && PLACEHOLDERS.contains(fragment.strip());
        pass(call, fragment);
    }

    private void pass(Call call, String fragment) {
        OpenBlock block = call.block;
        if (block != null) {
            writer.arguments(block, call.placeholder ? "" : fragment);
        } else if (call.name != null) {
            ToolArguments filter = new ToolArguments(requiredParameters.get(call.name));
            block = writer.tool(ids.client(call.id), names.client(call.name), filter, call.extraContent);
            call.block = block;
            writer.arguments(block, call.placeholder ? "" : call.arguments.toString());
        }
    }

    /** Another call begins: what looked like a placeholder was meant. */
    private void settle(Call call) {
        if (call.placeholder && call.block != null) {
            call.placeholder = false;
            writer.arguments(call.block, "{}");
        }
    }
}
