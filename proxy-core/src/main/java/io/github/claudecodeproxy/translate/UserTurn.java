package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.openai.ChatContent;
import io.github.claudecodeproxy.openai.ChatMessage;
import io.github.claudecodeproxy.openai.ContentPart;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands between two assistant messages: results of the calls before it, the user's words, system messages. Ends
 * as one tool message for each call, in the order of the calls, then everything else in its own order. A history that
 * lacks a result, or holds one that nobody asked for, is repaired: a session must not die of it.
 */
final class UserTurn {

    private final List<OpenCall> openCalls;
    private final ContentConverter content;
    private final Diagnostics diagnostics;
    private final Map<String, Deque<ChatContent>> results = new HashMap<>();
    private final List<ContentPart> shown = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();

    /** A call that waits for its result, under both its names. */
    record OpenCall(String clientId, String upstreamId) {}

    /** User parts, or the text of a system message. */
    private record Segment(
            List<ContentPart> parts, @Nullable String system) {}

    UserTurn(List<OpenCall> openCalls, ContentConverter content, Diagnostics diagnostics) {
        this.openCalls = openCalls;
        this.content = content;
        this.diagnostics = diagnostics;
    }

    void add(List<ContentBlock> blocks, String path) {
        List<ContentBlock> rest = new ArrayList<>(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i) instanceof ContentBlock.ToolResult result) {
                result(result, path + "." + i);
            } else {
                rest.add(blocks.get(i));
            }
        }
        user(content.parts(rest, path));
    }

    void system(String text) {
        segments.add(new Segment(List.of(), text));
    }

    void reminder(String text) {
        user(List.of(ContentPart.text("<system-reminder>\n" + text + "\n</system-reminder>")));
    }

    private void user(List<ContentPart> parts) {
        if (parts.isEmpty()) {
            return;
        }
        Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
        if (last != null && last.system() == null) {
            last.parts().addAll(parts);
        } else {
            segments.add(new Segment(new ArrayList<>(parts), null));
        }
    }

    private void result(ContentBlock.ToolResult result, String path) {
        List<ContentBlock> blocks = result.content() == null ? List.of() : result.content();
        List<ContentPart> parts = content.parts(blocks, path + ".content");
        long expected = openCalls.stream()
                .filter(call -> call.clientId().equals(result.toolUseId()))
                .count();
        Deque<ChatContent> arrived = results.computeIfAbsent(result.toolUseId(), id -> new ArrayDeque<>());
        if (arrived.size() < expected) {
            arrived.add(text(parts, Boolean.TRUE.equals(result.isError())));
        } else {
            diagnostics.add(Kind.HISTORY_REPAIRED, path, "a tool result without its call became a text of the user");
            user(List.of(ContentPart.text("[result of a tool call that is not in this conversation]")));
            user(parts);
        }
    }

    /** A tool message holds text only: other parts follow behind the last tool message, with a mark in the text. */
    private ChatContent text(List<ContentPart> parts, boolean error) {
        List<String> texts = new ArrayList<>(parts.size());
        for (ContentPart part : parts) {
            if (part.text() != null) {
                texts.add(part.text());
            } else {
                String name = (part.file() == null ? "image " : "file ") + (shown.size() / 2 + 1);
                texts.add("[" + name + " of the tool results follows below]");
                shown.add(ContentPart.text("[" + name + " of the tool results]"));
                shown.add(part);
            }
        }
        String joined = ContentConverter.paragraphs(texts);
        return ChatContent.of(error ? "[tool error] " + joined : joined);
    }

    void endInto(List<ChatMessage> messages, String systemRole) {
        for (OpenCall call : openCalls) {
            messages.add(ChatMessage.tool(call.upstreamId(), resultOf(call)));
        }
        if (!shown.isEmpty()) {
            segments.add(0, new Segment(shown, null));
        }
        List<ContentPart> pending = new ArrayList<>();
        for (Segment segment : segments) {
            if (segment.system() == null) {
                pending.addAll(segment.parts());
            } else {
                flush(pending, messages);
                messages.add(ChatMessage.of(systemRole, ChatContent.of(segment.system())));
            }
        }
        flush(pending, messages);
    }

    private static void flush(List<ContentPart> pending, List<ChatMessage> messages) {
        if (!pending.isEmpty()) {
            messages.add(ChatMessage.of("user", ContentConverter.content(pending)));
            pending.clear();
        }
    }

    private ChatContent resultOf(OpenCall call) {
        Deque<ChatContent> arrived = results.get(call.clientId());
        ChatContent result = arrived == null ? null : arrived.poll();
        if (result == null) {
            diagnostics.add(Kind.HISTORY_REPAIRED, "messages", "a tool call without a result got one that says so");
            return ChatContent.of("[no result: this call was not run]");
        }
        return result;
    }
}
