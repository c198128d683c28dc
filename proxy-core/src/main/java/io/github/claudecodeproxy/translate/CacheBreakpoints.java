package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.openai.ChatContent;
import io.github.claudecodeproxy.openai.ChatMessage;
import io.github.claudecodeproxy.openai.ContentPart;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The prompt cache breakpoints of one request, in the form that the provider takes. What cannot hold one upstream, as
 * tools, has its own carried to the nearest part behind it. Used by one thread at a time.
 */
final class CacheBreakpoints {

    /** More than these are refused, by Anthropic's API and by those that imitate it; the last ones cache the most. */
    private static final int MOST = 4;

    private static final Set<String> LIFETIMES = Set.of("5m", "1h");

    private final ProviderProfile.CacheControl form;
    /** Whose messages hold none. */
    private final Set<String> without;

    private final Diagnostics diagnostics;
    private @Nullable JsonNode carried;

    CacheBreakpoints(ProviderProfile profile, ModelData model, Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
        boolean items = profile.api() == ProviderProfile.Api.RESPONSES;
        this.without = items ? Set.of("assistant") : Set.of("tool");
        ProviderProfile.CacheControl wanted = profile.parameters().cacheControl();
        boolean unknown = wanted == ProviderProfile.CacheControl.BREAKPOINT && !model.cacheBreakpoints();
        this.form = unknown ? ProviderProfile.CacheControl.DROP : wanted;
    }

    /** Sets a breakpoint behind the last of these parts, if the block that they come from has one. */
    void mark(@Nullable JsonNode cacheControl, int from, List<ContentPart> parts) {
        if (wanted(cacheControl) && parts.size() > from) {
            parts.set(parts.size() - 1, marked(parts.get(parts.size() - 1), cacheControl));
        }
    }

    /** Keeps the breakpoint of something that cannot hold one for the next part. */
    void carry(@Nullable JsonNode cacheControl) {
        if (wanted(cacheControl)) {
            carried = cacheControl;
        }
    }

    /** Sets a carried breakpoint behind the first of these parts. */
    void settle(List<ContentPart> parts) {
        if (carried != null && !parts.isEmpty()) {
            parts.set(0, marked(parts.get(0), carried));
            carried = null;
        }
    }

    private boolean wanted(@Nullable JsonNode cacheControl) {
        boolean present = cacheControl != null && cacheControl.isObject();
        if (present && form == ProviderProfile.CacheControl.DROP) {
            diagnostics.add(
                    Diagnostic.Kind.HINT_DROPPED, "cache_control", "the provider caches by itself, or not at all");
        }
        return present && form != ProviderProfile.CacheControl.DROP;
    }

    private ContentPart marked(ContentPart part, @Nullable JsonNode cacheControl) {
        if (part.marked() || cacheControl == null) {
            return part;
        }
        String lifetime = cacheControl.path("ttl").asText();
        if (form == ProviderProfile.CacheControl.PASS) {
            ObjectNode own = JsonNodeFactory.instance.objectNode().put("type", "ephemeral");
            return part.withCacheControl(LIFETIMES.contains(lifetime) ? own.put("ttl", lifetime) : own);
        }
        ObjectNode own = JsonNodeFactory.instance.objectNode().put("mode", "explicit");
        return part.withPromptCacheBreakpoint(lifetime.equals("1h") ? own.put("ttl", "12h") : own);
    }

    /** The messages with a breakpoint at their end if one is wanted there, and with no more than are allowed. */
    List<ChatMessage> finish(List<ChatMessage> messages, @Nullable JsonNode atTheEnd) {
        JsonNode last = wanted(atTheEnd) ? atTheEnd : carried;
        if (form == ProviderProfile.CacheControl.DROP) {
            return messages;
        }
        List<ChatMessage> result = new ArrayList<>(messages);
        if (last != null) {
            markTheEnd(result, last);
        }
        int surplus = -MOST;
        for (ChatMessage message : result) {
            surplus += (int) parts(message).stream().filter(ContentPart::marked).count();
        }
        for (int i = 0; i < result.size() && surplus > 0; i++) {
            List<ContentPart> parts = new ArrayList<>(parts(result.get(i)));
            for (int j = 0; j < parts.size() && surplus > 0; j++) {
                if (parts.get(j).marked()) {
                    parts.set(j, parts.get(j).withCacheControl(null).withPromptCacheBreakpoint(null));
                    surplus--;
                    result.set(i, result.get(i).withContent(ContentConverter.content(parts)));
                }
            }
        }
        return result;
    }

    /** Behind the last message that can hold one. */
    private void markTheEnd(List<ChatMessage> messages, JsonNode cacheControl) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            ChatMessage message = messages.get(i);
            ChatContent content = message.content();
            if (!without.contains(message.role()) && content != null && !"".equals(content.text())) {
                List<ContentPart> parts = new ArrayList<>(
                        content.text() != null ? List.of(ContentPart.text(content.text())) : parts(message));
                mark(cacheControl, 0, parts);
                messages.set(i, message.withContent(ContentConverter.content(parts)));
                return;
            }
        }
    }

    private static List<ContentPart> parts(ChatMessage message) {
        ChatContent content = message.content();
        return content == null || content.parts() == null ? List.of() : content.parts();
    }
}
