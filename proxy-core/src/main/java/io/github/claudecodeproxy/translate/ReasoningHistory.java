package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.openai.ToolCall;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reasoning of one assistant message of the history, on its way back to the provider: under the name that it knows,
 * in its own form where that was sealed, or not at all. Used once.
 */
final class ReasoningHistory {

    /** Where a message carries the thoughts that stand before it as items of their own. */
    static final String ITEMS = "encrypted_reasoning";

    /** Where a message carries what the provider said of it. */
    static final String PHASE = "phase";

    private final ProviderProfile.Reasoning forms;
    private final boolean phases;
    private final ReasoningState state;
    private final Diagnostics diagnostics;
    private final List<String> thoughts = new ArrayList<>();
    private final ArrayNode details = JsonNodeFactory.instance.arrayNode();
    private final ArrayNode encrypted = JsonNodeFactory.instance.arrayNode();
    private final Map<String, JsonNode> calls = new HashMap<>();
    private @Nullable String phase;

    ReasoningHistory(ProviderProfile profile, ReasoningState state, Diagnostics diagnostics) {
        this.forms = profile.reasoning();
        this.phases = profile.responses().phases();
        this.state = state;
        this.diagnostics = diagnostics;
    }

    void add(ContentBlock.Thinking block, String path) {
        ReasoningState.Opened opened = state.open(block.signature(), block.thinking());
        String thought = block.thinking();
        if (opened != null) {
            take(opened);
            if (opened.encrypted() != null && forms.history() == ProviderProfile.History.ENCRYPTED) {
                return;
            }
            thought = opened.text() != null ? opened.text() : thought;
        }
        if (!thought.isBlank()) {
            thoughts.add(thought);
            if (forms.history() == ProviderProfile.History.NONE
                    || forms.history() == ProviderProfile.History.ENCRYPTED) {
                diagnostics.add(Kind.REASONING_DROPPED, path, "the provider does not take earlier reasoning");
            }
        }
    }

    void add(ContentBlock.RedactedThinking block, String path) {
        ReasoningState.Opened opened = state.open(block.data(), "");
        if (opened != null) {
            take(opened);
        } else {
            diagnostics.add(Kind.REASONING_DROPPED, path, "reasoning that another model or provider has sealed");
        }
    }

    /** Whether there is reasoning that would be an item of its own. */
    boolean items() {
        return !encrypted.isEmpty();
    }

    /** Whether the provider said something of the text that comes first, which is so of no other text. */
    boolean phased() {
        return phase != null && phases;
    }

    private void take(ReasoningState.Opened opened) {
        if (opened.details() != null) {
            details.addAll(opened.details());
        }
        if (opened.encrypted() != null) {
            encrypted.add(opened.encrypted());
        }
        if (opened.phase() != null) {
            phase = opened.phase();
        }
        if (opened.callId() != null && opened.extra() != null) {
            calls.put(opened.callId(), opened.extra());
        }
    }

    /** A call with the state that the provider gave with it. */
    ToolCall call(ToolCall call, String clientId) {
        JsonNode extra = calls.get(clientId);
        return extra == null ? call : call.with(members(extra));
    }

    /** The calls of the message; where all state is lost, the first says so, if the provider wants that. */
    List<ToolCall> calls(List<ToolCall> calls) {
        JsonNode missing = forms.missingToolState();
        if (missing == null
                || calls.isEmpty()
                || calls.stream().anyMatch(call -> !call.extra().isEmpty())) {
            return calls;
        }
        List<ToolCall> result = new ArrayList<>(calls);
        result.set(0, calls.get(0).with(members(missing)));
        return result;
    }

    private static Map<String, JsonNode> members(JsonNode object) {
        Map<String, JsonNode> members = new LinkedHashMap<>();
        object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        return members;
    }

    /** The members of the message that carry its reasoning. */
    Map<String, JsonNode> members(boolean withCalls) {
        if (forms.history() == ProviderProfile.History.REASONING_DETAILS && !details.isEmpty()) {
            return Map.of("reasoning_details", details);
        }
        if (forms.history() == ProviderProfile.History.ENCRYPTED) {
            return items(encrypted);
        }
        String field = field();
        if (field == null || (thoughts.isEmpty() && !required(withCalls))) {
            return Map.of();
        }
        String text = thoughts.isEmpty() ? forms.placeholder() : ContentConverter.paragraphs(thoughts);
        return Map.of(field, TextNode.valueOf(text));
    }

    private Map<String, JsonNode> items(ArrayNode thoughts) {
        Map<String, JsonNode> members = new LinkedHashMap<>();
        if (!thoughts.isEmpty()) {
            members.put(ITEMS, thoughts);
        }
        if (phase != null && phases) {
            members.put(PHASE, TextNode.valueOf(phase));
        }
        return members;
    }

    private @Nullable String field() {
        return switch (forms.history()) {
            case NONE, TAGS, ENCRYPTED -> null;
            case REASONING_CONTENT -> "reasoning_content";
            case REASONING, REASONING_DETAILS -> "reasoning";
        };
    }

    private boolean required(boolean withCalls) {
        return switch (forms.required()) {
            case NEVER -> false;
            case TOOL_CALLS -> withCalls;
            case ALWAYS -> true;
        };
    }

    /** The reasoning as a part of the text, between the provider's tags; empty when it goes elsewhere. */
    String tagged() {
        if (forms.history() != ProviderProfile.History.TAGS || thoughts.isEmpty()) {
            return "";
        }
        return forms.openingTag() + "\n" + ContentConverter.paragraphs(thoughts) + "\n" + forms.closingTag() + "\n\n";
    }
}
