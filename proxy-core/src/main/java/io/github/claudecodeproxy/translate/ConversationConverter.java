package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.InputMessage;
import io.github.claudecodeproxy.claude.Tool;
import io.github.claudecodeproxy.openai.ChatContent;
import io.github.claudecodeproxy.openai.ChatMessage;
import io.github.claudecodeproxy.openai.ContentPart;
import io.github.claudecodeproxy.openai.ToolCall;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns system and messages into chat messages. A turn is everything between two assistant messages; its tool results
 * come first, each right behind the calls, because Chat Completions allows nothing between them.
 */
final class ConversationConverter {

    private static final String ATTRIBUTION = "x-anthropic-billing-header";
    private static final String NO_PREFILL = "This model does not support assistant message prefill. The conversation"
            + " must end with a user message.";

    private final ProviderProfile profile;
    private final String systemRole;
    private final boolean tools;
    private final boolean itemwise;
    private final ToolNames names;
    private final ToolIds ids;
    private final ReasoningState state;
    private final Diagnostics diagnostics;
    private final CacheBreakpoints breakpoints;
    private final ContentConverter content;
    private final List<ChatMessage> messages = new ArrayList<>();
    private final Map<String, JsonNode> body = new LinkedHashMap<>();
    private @Nullable String prefill;
    private UserTurn turn;

    ConversationConverter(
            ProviderProfile profile,
            ModelData model,
            String systemRole,
            ToolNames names,
            ToolIds ids,
            ReasoningState state,
            Diagnostics diagnostics) {
        this.profile = profile;
        this.systemRole = systemRole;
        this.tools = model.tools();
        this.itemwise = profile.api() == ProviderProfile.Api.RESPONSES;
        this.names = names;
        this.ids = ids;
        this.state = state;
        this.diagnostics = diagnostics;
        this.breakpoints = new CacheBreakpoints(profile, model, diagnostics);
        this.content = new ContentConverter(profile, model, breakpoints, diagnostics);
        this.turn = turn(List.of(), "messages");
    }

    private UserTurn turn(List<UserTurn.OpenCall> openCalls, String path) {
        return new UserTurn(openCalls, path, profile.conversation(), content, breakpoints, diagnostics);
    }

    List<ChatMessage> convert(ClaudeRequest request, String systemAddition) {
        List<Tool> tools = request.tools() == null ? List.of() : request.tools();
        tools.forEach(tool -> breakpoints.carry(tool.cacheControl()));
        system(request, systemAddition);
        List<InputMessage> turns = request.messages();
        AssistantTurn assistant = new AssistantTurn();
        for (int i = 0; i < turns.size(); i++) {
            InputMessage message = turns.get(i);
            String path = "messages." + i;
            if (message.role().equals("assistant")) {
                assistant.add(message.content(), path);
            } else if (!cleared(turns, i)) {
                TurnPiece piece = piece(message, path);
                if (!piece.isEmpty()) {
                    assistant = assistant.ended();
                    piece.addTo(turn);
                }
            }
        }
        assistant.ended();
        turn.endInto(messages, systemRole);
        endWithPrefill();
        return breakpoints.finish(messages, request.cacheControl());
    }

    /** Fields of the request that make the host go on with the last message. */
    Map<String, JsonNode> body() {
        return body;
    }

    /** The beginning of the answer that the client gave, if there is one. */
    @Nullable
    String prefill() {
        return prefill;
    }

    /** A system message may count only until the user speaks again. */
    private static boolean cleared(List<InputMessage> messages, int index) {
        return "next_user_message".equals(messages.get(index).clearAt())
                && messages.subList(index + 1, messages.size()).stream()
                        .anyMatch(later -> later.role().equals("user"));
    }

    private void system(ClaudeRequest request, String addition) {
        List<ContentPart> parts = new ArrayList<>();
        if (request.system() != null) {
            parts.addAll(texts(withoutAttribution(request.system()), "system"));
        }
        if (!addition.isEmpty()) {
            parts.add(ContentPart.text(addition));
        }
        if (!parts.isEmpty()) {
            breakpoints.settle(parts);
            messages.add(ChatMessage.of(systemRole, ContentConverter.content(parts)));
        }
    }

    /**
     * Claude Code's first block names its version and changes with every conversation: it would spoil the provider's
     * prompt cache and tells the model nothing.
     */
    private static List<ContentBlock> withoutAttribution(List<ContentBlock> blocks) {
        boolean attributed = !blocks.isEmpty()
                && blocks.get(0) instanceof ContentBlock.Text first
                && first.text().startsWith(ATTRIBUTION);
        return attributed ? blocks.subList(1, blocks.size()) : blocks;
    }

    private List<ContentPart> texts(List<ContentBlock> blocks, String path) {
        List<ContentPart> parts = new ArrayList<>(content.parts(blocks, path));
        if (parts.removeIf(part -> part.text() == null)) {
            diagnostics.add(Kind.CONTENT_DROPPED, path, "only text can be part of a system message");
        }
        return parts;
    }

    /** What one message adds to the turn of the user. */
    private sealed interface TurnPiece {

        boolean isEmpty();

        void addTo(UserTurn turn);
    }

    /** Words of the user, and results of tools. */
    private record Words(List<UserTurn.Result> results, List<ContentPart> parts) implements TurnPiece {

        @Override
        public boolean isEmpty() {
            return results.isEmpty() && parts.isEmpty();
        }

        @Override
        public void addTo(UserTurn turn) {
            turn.add(results, parts);
        }
    }

    /** A system message in mid-conversation, in its place or folded into the words of the user. */
    private record Instruction(List<ContentPart> parts, boolean folded) implements TurnPiece {

        @Override
        public boolean isEmpty() {
            return parts.stream().allMatch(part -> String.valueOf(part.text()).isBlank());
        }

        @Override
        public void addTo(UserTurn turn) {
            if (folded) {
                turn.reminder(parts);
            } else {
                turn.system(parts);
            }
        }
    }

    private TurnPiece piece(InputMessage message, String path) {
        String blocks = path + ".content";
        if (message.role().equals("system")) {
            Instruction instruction = new Instruction(
                    texts(message.content(), blocks), !profile.conversation().systemAnywhere());
            if (instruction.folded() && !instruction.isEmpty()) {
                diagnostics.add(
                        Kind.CONTENT_MOVED, path, "the provider takes system messages at the start; it is a reminder");
            }
            return instruction;
        }
        if (!message.role().equals("user")) {
            diagnostics.add(Kind.CONTENT_REPLACED, path + ".role", "an unknown role was taken as user");
        }
        List<UserTurn.Result> results = new ArrayList<>();
        List<ContentPart> parts = new ArrayList<>(message.content().size());
        for (int i = 0; i < message.content().size(); i++) {
            ContentBlock block = message.content().get(i);
            if (block instanceof ContentBlock.ToolResult result && !tools) {
                parts.add(ContentPart.text("[result of a tool]"));
                parts.addAll(content.parts(
                        result.content() == null ? List.of() : result.content(), blocks + "." + i + ".content"));
            } else if (block instanceof ContentBlock.ToolResult result) {
                results.add(new UserTurn.Result(result, blocks + "." + i));
            } else {
                content.add(block, blocks + "." + i, parts);
            }
        }
        return new Words(results, parts);
    }

    /**
     * One or more assistant messages in a row, which become one; or several, where thoughts, texts and calls are to stay
     * in their order, which is that of one message within each.
     */
    private final class AssistantTurn {

        private final List<ChatMessage> earlier = new ArrayList<>();
        private final List<ContentPart> texts = new ArrayList<>();
        private final List<ToolCall> calls = new ArrayList<>();
        private final List<UserTurn.OpenCall> open = new ArrayList<>();
        private final Set<String> taken = new HashSet<>();
        private ReasoningHistory reasoning = new ReasoningHistory(profile, state, diagnostics);
        private String path = "messages";
        private @Nullable JsonNode held;

        void add(List<ContentBlock> blocks, String message) {
            path = message;
            for (int i = 0; i < blocks.size(); i++) {
                add(blocks.get(i), message + ".content." + i);
            }
        }

        private void add(ContentBlock block, String place) {
            boolean thought = block instanceof ContentBlock.Thinking || block instanceof ContentBlock.RedactedThinking;
            boolean call = block instanceof ContentBlock.ToolUse && tools;
            boolean apart = thought || (!call && reasoning.phased());
            if (itemwise && ((apart && !texts.isEmpty()) || (!call && !calls.isEmpty()))) {
                next();
            }
            if (block instanceof ContentBlock.Thinking thinking) {
                reasoning.add(thinking, place);
            } else if (block instanceof ContentBlock.RedactedThinking redacted) {
                reasoning.add(redacted, place);
            } else if (block instanceof ContentBlock.ToolUse use && !tools) {
                texts.add(ContentPart.text("[call of the tool " + use.name() + ": " + use.input() + "]"));
            } else if (block instanceof ContentBlock.ToolUse use) {
                String id = ids.upstream(use.id(), taken);
                open.add(new UserTurn.OpenCall(use.id(), id));
                calls.add(reasoning.call(ToolCall.of(id, names.upstream(use), arguments(use, place)), use.id()));
                carry(use.cacheControl());
            } else if (block instanceof ContentBlock.Text && !calls.isEmpty()) {
                diagnostics.add(Kind.CONTENT_MOVED, place, "a text behind a call stands before it now");
                content.add(block, place, texts);
            } else if (block instanceof ContentBlock.Image || block instanceof ContentBlock.ToolResult) {
                diagnostics.add(Kind.CONTENT_DROPPED, place, "an assistant message cannot hold a " + block.type());
            } else {
                said(block, place);
            }
        }

        /** Words of the model are a text on the Responses API: a breakpoint behind them is set behind what follows. */
        private void said(ContentBlock block, String place) {
            content.add(block, place, texts);
            if (itemwise && block.cacheControl() != null) {
                texts.replaceAll(part -> part.withCacheControl(null).withPromptCacheBreakpoint(null));
                carry(block.cacheControl());
            }
        }

        private void carry(@Nullable JsonNode cacheControl) {
            if (!itemwise) {
                breakpoints.carry(cacheControl);
            } else if (cacheControl != null) {
                held = cacheControl;
            }
        }

        /** Ends the user's turn before these messages and adds them, unless they hold nothing. */
        AssistantTurn ended() {
            next();
            if (!earlier.isEmpty()) {
                turn.endInto(messages, systemRole);
                messages.addAll(earlier);
                turn = turn(open, path);
                breakpoints.carry(held);
            }
            if (reasoning.items()) {
                diagnostics.add(Kind.REASONING_DROPPED, path, "nothing followed it that it could belong to");
            }
            return new AssistantTurn();
        }

        /** Ends a message, if it holds something; reasoning alone waits for what it belongs to. */
        private void next() {
            if (texts.removeIf(part -> part.text() == null)) {
                diagnostics.add(Kind.CONTENT_DROPPED, path, "an assistant message holds nothing but text and calls");
            }
            if (!texts.isEmpty() || !calls.isEmpty()) {
                earlier.add(new ChatMessage("assistant", content(), calls(), null, members()));
                texts.clear();
                calls.clear();
                reasoning = new ReasoningHistory(profile, state, diagnostics);
            }
        }

        private @Nullable ChatContent content() {
            String thoughts = reasoning.tagged();
            if (!thoughts.isEmpty()) {
                texts.add(0, ContentPart.text(thoughts));
            }
            if (texts.isEmpty()) {
                return profile.conversation().emptyAssistantContent() ? ChatContent.of("") : null;
            }
            if (!itemwise) {
                breakpoints.settle(texts);
            }
            return ContentConverter.content(texts);
        }

        private @Nullable List<ToolCall> calls() {
            return calls.isEmpty() ? null : reasoning.calls(calls);
        }

        private Map<String, JsonNode> members() {
            return reasoning.members(!calls.isEmpty());
        }

        /** A model once wrote arguments that were no object; the session goes on. */
        private String arguments(ContentBlock.ToolUse use, String place) {
            if (use.input().isObject()) {
                return use.input().toString();
            }
            diagnostics.add(Kind.HISTORY_REPAIRED, place + ".input", "is no object; sent as an empty one");
            return "{}";
        }
    }

    /** A conversation that ends with the assistant wants to have that message continued. */
    private void endWithPrefill() {
        int end = messages.size() - 1;
        if (end < 0 || !messages.get(end).role().equals("assistant")) {
            return;
        }
        ProviderProfile.Prefill form = profile.conversation().prefill();
        if (form == ProviderProfile.Prefill.REFUSE) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, NO_PREFILL);
        }
        ChatMessage last = withoutBlankEnd(messages.get(end));
        switch (form) {
            case PREFIX -> messages.set(end, last.with(Map.of("prefix", BooleanNode.TRUE)));
            case PARTIAL -> messages.set(end, last.with(Map.of("partial", BooleanNode.TRUE)));
            case CONTINUE -> {
                messages.set(end, last);
                body.put("continue_final_message", BooleanNode.TRUE);
                body.put("add_generation_prompt", BooleanNode.FALSE);
            }
            default -> messages.set(end, last);
        }
        ChatContent said = last.content();
        prefill = said == null ? null : said.text();
    }

    private static ChatMessage withoutBlankEnd(ChatMessage message) {
        ChatContent said = message.content();
        return said == null || said.text() == null
                ? message
                : message.withContent(ChatContent.of(said.text().stripTrailing()));
    }
}
