package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.openai.ChatContent;
import io.github.claudecodeproxy.openai.ChatMessage;
import io.github.claudecodeproxy.openai.ContentPart;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What stands between two assistant messages: results of the calls before it, the user's words, system messages. Ends
 * as one tool message for each call, in the order of the calls, then everything else in its own order. A history that
 * lacks a result, or holds one that nobody asked for, is repaired: a session must not die of it.
 */
final class UserTurn {

    private static final String ERROR = "[tool error] ";

    private final List<OpenCall> openCalls;
    private final String callsPath;
    private final ProviderProfile.Conversation forms;
    private final ContentConverter content;
    private final CacheBreakpoints breakpoints;
    private final Diagnostics diagnostics;
    private final Map<String, Deque<ChatContent>> results = new HashMap<>();
    private final List<ContentPart> shown = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();

    /** A call that waits for its result, under both its names. */
    record OpenCall(String clientId, String upstreamId) {}

    /** A result and where it stands in the request. */
    record Result(ContentBlock.ToolResult block, String path) {}

    /** Parts of the user or of a system message. */
    private record Segment(List<ContentPart> parts, boolean system) {}

    UserTurn(
            List<OpenCall> openCalls,
            String callsPath,
            ProviderProfile.Conversation forms,
            ContentConverter content,
            CacheBreakpoints breakpoints,
            Diagnostics diagnostics) {
        this.openCalls = openCalls;
        this.callsPath = callsPath;
        this.forms = forms;
        this.content = content;
        this.breakpoints = breakpoints;
        this.diagnostics = diagnostics;
    }

    void add(List<Result> arrived, List<ContentPart> words) {
        arrived.forEach(this::result);
        user(words);
    }

    void system(List<ContentPart> parts) {
        segments.add(new Segment(new ArrayList<>(parts), true));
    }

    void reminder(List<ContentPart> parts) {
        String text = ContentConverter.paragraphs(
                parts.stream().map(part -> String.valueOf(part.text())).toList());
        ContentPart reminder = ContentPart.text("<system-reminder>\n" + text + "\n</system-reminder>");
        ContentPart last = parts.get(parts.size() - 1);
        user(List.of(reminder.withCacheControl(last.cacheControl())
                .withPromptCacheBreakpoint(last.promptCacheBreakpoint())));
    }

    private void user(List<ContentPart> parts) {
        if (parts.isEmpty()) {
            return;
        }
        Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
        if (last != null && !last.system()) {
            last.parts().addAll(parts);
        } else {
            segments.add(new Segment(new ArrayList<>(parts), false));
        }
    }

    private void result(Result arrived) {
        ContentBlock.ToolResult result = arrived.block();
        List<ContentBlock> blocks = result.content() == null ? List.of() : result.content();
        List<ContentPart> parts = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            String path = arrived.path() + ".content." + i;
            int before = parts.size();
            content.add(blocks.get(i), path, parts);
            if (!forms.toolResultParts()
                    && parts.subList(before, parts.size()).stream().anyMatch(part -> part.text() == null)) {
                diagnostics.add(Kind.CONTENT_MOVED, path, "it follows behind the results of the tools");
            }
        }
        if (forms.toolResultParts() && !parts.isEmpty()) {
            // The result has parts then, which may hold one.
            breakpoints.settle(parts);
            breakpoints.mark(result.cacheControl(), 0, parts);
        } else {
            breakpoints.carry(result.cacheControl());
        }
        long expected = openCalls.stream()
                .filter(call -> call.clientId().equals(result.toolUseId()))
                .count();
        Deque<ChatContent> before = results.computeIfAbsent(result.toolUseId(), id -> new ArrayDeque<>());
        if (before.size() < expected) {
            before.add(content(parts, Boolean.TRUE.equals(result.isError())));
        } else {
            diagnostics.add(
                    Kind.HISTORY_REPAIRED,
                    arrived.path(),
                    "a tool result without its call became a text of the user",
                    "unexpected `tool_use_id` found in `tool_result` blocks: " + result.toolUseId()
                            + ". Each `tool_result` block must have a corresponding `tool_use` block in the previous"
                            + " message.");
            user(List.of(ContentPart.text("[result of a tool call that is not in this conversation]")));
            user(parts);
        }
    }

    /** What the result of a call says. */
    private ChatContent content(List<ContentPart> parts, boolean error) {
        if (!forms.toolResultParts() || parts.stream().allMatch(part -> part.text() != null && !part.marked())) {
            return text(parts, error);
        }
        List<ContentPart> all = new ArrayList<>(parts);
        String begin = parts.get(0).text();
        if (error && (begin == null || !signalsError(begin))) {
            all.add(0, ContentPart.text(ERROR.strip()));
        }
        return ChatContent.of(all);
    }

    /** A tool message holds text only: other parts follow behind the last tool message, with a mark in the text. */
    private ChatContent text(List<ContentPart> parts, boolean error) {
        List<String> texts = new ArrayList<>(parts.size());
        for (ContentPart part : parts) {
            if (part.text() != null) {
                texts.add(part.text());
            } else {
                String name = (part.imageUrl() != null ? "image " : "file ") + (shown.size() / 2 + 1);
                texts.add("[" + name + " of the tool results follows below]");
                shown.add(ContentPart.text("[" + name + " of the tool results]"));
                shown.add(part);
            }
        }
        String joined = ContentConverter.paragraphs(texts);
        String whole = joined.isEmpty() ? forms.emptyToolResult() : joined;
        return ChatContent.of(error && !signalsError(whole) ? ERROR + whole : whole);
    }

    /** Claude Code and others write it into the text themselves. */
    private static boolean signalsError(String text) {
        String begin = text.stripLeading().toLowerCase(Locale.ROOT);
        return begin.startsWith("error") || begin.startsWith("<tool_use_error>") || begin.startsWith("[tool error]");
    }

    void endInto(List<ChatMessage> messages, String systemRole) {
        requireResults();
        for (OpenCall call : openCalls) {
            messages.add(ChatMessage.tool(call.upstreamId(), resultOf(call)));
        }
        if (!shown.isEmpty()) {
            segments.add(0, new Segment(shown, false));
        }
        bridge(messages);
        List<ContentPart> pending = new ArrayList<>();
        for (Segment segment : segments) {
            if (!segment.system()) {
                pending.addAll(segment.parts());
            } else {
                flush(pending, messages);
                breakpoints.settle(segment.parts());
                messages.add(ChatMessage.of(systemRole, ContentConverter.content(segment.parts())));
            }
        }
        flush(pending, messages);
    }

    /** Some hosts refuse words of the user right behind a tool message. */
    private void bridge(List<ChatMessage> messages) {
        String between = forms.betweenToolAndUser();
        if (between != null && !openCalls.isEmpty() && !segments.isEmpty()) {
            messages.add(ChatMessage.of("assistant", ChatContent.of(between)));
        }
    }

    private void flush(List<ContentPart> pending, List<ChatMessage> messages) {
        if (!pending.isEmpty()) {
            breakpoints.settle(pending);
            messages.add(ChatMessage.of("user", ContentConverter.content(pending)));
            pending.clear();
        }
    }

    private void requireResults() {
        List<String> missing = openCalls.stream()
                .map(OpenCall::clientId)
                .filter(id -> !results.containsKey(id))
                .distinct()
                .toList();
        if (!missing.isEmpty()) {
            diagnostics.add(
                    Kind.HISTORY_REPAIRED,
                    callsPath,
                    "a tool call without a result got one that says so",
                    "`tool_use` ids were found without `tool_result` blocks immediately after: "
                            + missing.stream().collect(Collectors.joining(", "))
                            + ". Each `tool_use` block must have a corresponding `tool_result` block in the next"
                            + " message.");
        }
    }

    private ChatContent resultOf(OpenCall call) {
        Deque<ChatContent> arrived = results.get(call.clientId());
        ChatContent result = arrived == null ? null : arrived.poll();
        return result != null ? result : ChatContent.of("[no result: this call was not run]");
    }
}
