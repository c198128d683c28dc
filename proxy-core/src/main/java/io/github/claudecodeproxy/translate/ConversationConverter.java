package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.InputMessage;
import io.github.claudecodeproxy.openai.ChatContent;
import io.github.claudecodeproxy.openai.ChatMessage;
import io.github.claudecodeproxy.openai.ContentPart;
import io.github.claudecodeproxy.openai.ToolCall;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns system and messages into chat messages. A turn is everything between two assistant messages; its tool results
 * come first, each right behind the calls, because Chat Completions allows nothing between them.
 */
final class ConversationConverter {

    private static final String ATTRIBUTION = "x-anthropic-billing-header";

    private final ProviderProfile profile;
    private final String systemRole;
    private final ToolNames names;
    private final ToolIds ids;
    private final Diagnostics diagnostics;
    private final ContentConverter content;
    private final List<ChatMessage> messages = new ArrayList<>();
    private UserTurn turn;

    ConversationConverter(
            ProviderProfile profile, ModelData model, ToolNames names, ToolIds ids, Diagnostics diagnostics) {
        this.profile = profile;
        this.systemRole = profile.conversation().systemRole() != null
                ? profile.conversation().systemRole()
                : model.systemRole();
        this.names = names;
        this.ids = ids;
        this.diagnostics = diagnostics;
        this.content = new ContentConverter(profile, model, diagnostics);
        this.turn = new UserTurn(List.of(), content, diagnostics);
    }

    List<ChatMessage> convert(ClaudeRequest request, String systemAddition) {
        system(request, systemAddition);
        List<ContentBlock> assistant = new ArrayList<>();
        for (int i = 0; i < request.messages().size(); i++) {
            InputMessage message = request.messages().get(i);
            if (message.role().equals("assistant")) {
                assistant.addAll(message.content());
            } else if (!cleared(request.messages(), i)
                    && !message.content().stream().allMatch(ConversationConverter::empty)) {
                assistant(assistant, "messages." + (i - 1) + ".content");
                assistant.clear();
                message(message, "messages." + i);
            }
        }
        assistant(assistant, "messages." + (request.messages().size() - 1) + ".content");
        turn.endInto(messages, systemRole);
        return messages;
    }

    /** A system message may count only until the user speaks again. */
    private static boolean cleared(List<InputMessage> messages, int index) {
        return "next_user_message".equals(messages.get(index).clearAt())
                && messages.subList(index + 1, messages.size()).stream()
                        .anyMatch(later -> later.role().equals("user"));
    }

    private static boolean empty(ContentBlock block) {
        return block instanceof ContentBlock.Text text && text.text().isEmpty();
    }

    private void system(ClaudeRequest request, String addition) {
        List<String> texts = new ArrayList<>();
        if (request.system() != null) {
            texts.addAll(texts(request.system(), "system"));
        }
        // Claude Code's first block names its version and changes with every conversation: it would spoil the
        // provider's prompt cache and tells the model nothing.
        if (!texts.isEmpty() && texts.get(0).startsWith(ATTRIBUTION)) {
            texts.remove(0);
        }
        if (!addition.isEmpty()) {
            texts.add(addition);
        }
        if (!texts.isEmpty()) {
            messages.add(ChatMessage.of(systemRole, ChatContent.of(ContentConverter.paragraphs(texts))));
        }
    }

    private List<String> texts(List<ContentBlock> blocks, String path) {
        List<String> texts = new ArrayList<>(blocks.size());
        for (ContentPart part : content.parts(blocks, path)) {
            if (part.text() != null) {
                texts.add(part.text());
            } else {
                diagnostics.add(
                        Kind.CONTENT_DROPPED, path, "only text can be part of a system message; the rest was dropped");
            }
        }
        return texts;
    }

    private void message(InputMessage message, String path) {
        switch (message.role()) {
            case "system" -> inlineSystem(message, path + ".content");
            case "user" -> turn.add(message.content(), path + ".content");
            default -> {
                diagnostics.add(Kind.CONTENT_REPLACED, path + ".role", "an unknown role was taken as user");
                turn.add(message.content(), path + ".content");
            }
        }
    }

    private void inlineSystem(InputMessage message, String path) {
        String text = ContentConverter.paragraphs(texts(message.content(), path));
        if (text.isBlank()) {
            return;
        }
        if (profile.conversation().systemAnywhere()) {
            turn.system(text);
        } else {
            diagnostics.add(
                    Kind.CONTENT_MOVED,
                    path,
                    "the provider takes a system message only at the start; it became a reminder");
            turn.reminder(text);
        }
    }

    private void assistant(List<ContentBlock> blocks, String path) {
        List<String> texts = new ArrayList<>();
        List<String> thoughts = new ArrayList<>();
        List<ToolCall> calls = new ArrayList<>();
        List<UserTurn.OpenCall> open = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < blocks.size(); i++) {
            ContentBlock block = blocks.get(i);
            if (block instanceof ContentBlock.Text text) {
                addUnlessEmpty(text.text(), texts);
            } else if (block instanceof ContentBlock.Thinking thinking) {
                addUnlessEmpty(thinking.thinking(), thoughts);
            } else if (block instanceof ContentBlock.ToolUse use) {
                String id = ids.upstream(use.id(), taken);
                open.add(new UserTurn.OpenCall(use.id(), id));
                calls.add(ToolCall.of(id, names.upstream(use.name()), arguments(use, path + "." + i)));
            } else {
                diagnostics.add(
                        Kind.CONTENT_DROPPED,
                        path + "." + i,
                        "a " + ContentConverter.printable(block.type()) + " block of the assistant was dropped");
            }
        }
        if (!texts.isEmpty() || !calls.isEmpty()) {
            turn.endInto(messages, systemRole);
            turn = new UserTurn(open, content, diagnostics);
            addAssistant(texts, calls, reasoning(thoughts));
        }
    }

    private static void addUnlessEmpty(String text, List<String> texts) {
        if (!text.isEmpty()) {
            texts.add(text);
        }
    }

    /** A model once wrote arguments that were no object; the session goes on. */
    private String arguments(ContentBlock.ToolUse use, String path) {
        if (use.input().isObject()) {
            return use.input().toString();
        }
        diagnostics.add(Kind.HISTORY_REPAIRED, path + ".input", "is no object; sent as an empty one");
        return "{}";
    }

    private void addAssistant(List<String> texts, List<ToolCall> calls, Map<String, JsonNode> reasoning) {
        ChatContent text = texts.isEmpty() ? null : ChatContent.of(ContentConverter.paragraphs(texts));
        messages.add(new ChatMessage("assistant", text, calls.isEmpty() ? null : calls, null, reasoning));
    }

    /** Reasoning goes back under the name that the provider knows, or stays out. */
    private Map<String, JsonNode> reasoning(List<String> thoughts) {
        String field = switch (profile.reasoning().history()) {
            case NONE, TAGS -> null;
            case REASONING_CONTENT -> "reasoning_content";
            case REASONING, REASONING_DETAILS -> "reasoning";
        };
        boolean required = profile.reasoning().required() == ProviderProfile.Required.ALWAYS;
        if (field == null || (thoughts.isEmpty() && !required)) {
            return Map.of();
        }
        return Map.of(field, TextNode.valueOf(ContentConverter.paragraphs(thoughts)));
    }
}
