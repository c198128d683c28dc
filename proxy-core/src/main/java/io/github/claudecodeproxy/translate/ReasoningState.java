package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider wants back of its reasoning, on its way to the client and home again: pieces of one answer are put
 * together and sealed, and what a client gives back is opened, if it is for this provider and model. One answer, or
 * one request, each; used by one thread at a time.
 */
final class ReasoningState {

    private static final String REASONING = "reasoning";
    private static final String CALL = "call";
    private static final String MESSAGE = "message";
    private static final String TEXT = "text";
    private static final String DETAILS = "details";
    private static final String ID = "id";
    private static final String EXTRA = "extra";
    private static final String ENCRYPTED = "encrypted";
    private static final String PHASE = "phase";

    /** Texts that come in pieces; other members come whole. */
    private static final Set<String> GROWING = Set.of(TEXT, "summary");

    private static final Pattern DATED = Pattern.compile("-\\d{4}-?\\d{2}-?\\d{2}$");

    private final StateSeal seal;
    private final String provider;
    private final String model;
    private final ProviderProfile.History history;
    private final Diagnostics diagnostics;
    private final List<ObjectNode> details = new ArrayList<>();
    private @Nullable String encrypted;

    ReasoningState(StateSeal seal, ProviderProfile profile, String upstreamModel, Diagnostics diagnostics) {
        this.seal = seal;
        this.provider = profile.name();
        this.model = family(upstreamModel);
        this.history = profile.reasoning().history();
        this.diagnostics = diagnostics;
    }

    /** The model without its vendor and its date: state of one model is nothing for another. */
    private static String family(String upstreamModel) {
        String name = upstreamModel.toLowerCase(Locale.ROOT);
        return DATED.matcher(name.substring(name.lastIndexOf('/') + 1)).replaceFirst("");
    }

    /** Takes pieces of structured reasoning; a piece with the index of an earlier one adds to it. */
    void details(JsonNode pieces) {
        if (history != ProviderProfile.History.REASONING_DETAILS) {
            return;
        }
        for (JsonNode piece : pieces) {
            if (piece instanceof ObjectNode object) {
                ObjectNode earlier = earlier(object);
                if (earlier == null) {
                    details.add(object.deepCopy());
                } else {
                    object.properties().forEach(member -> add(member.getKey(), member.getValue(), earlier));
                }
            }
        }
    }

    /** Takes a whole thought as the provider has encrypted it. */
    void encrypted(String thought) {
        encrypted = history == ProviderProfile.History.ENCRYPTED ? thought : null;
    }

    private @Nullable ObjectNode earlier(ObjectNode piece) {
        for (int i = details.size() - 1; i >= 0; i--) {
            ObjectNode detail = details.get(i);
            boolean sameKind = detail.path("type").equals(piece.path("type"));
            boolean last = i == details.size() - 1;
            if (sameKind && (piece.has("index") ? piece.path("index").equals(detail.path("index")) : last)) {
                return detail;
            }
        }
        return null;
    }

    private static void add(String name, JsonNode value, ObjectNode detail) {
        if (GROWING.contains(name) && value.isTextual() && detail.path(name).isTextual()) {
            detail.put(name, detail.path(name).textValue() + value.textValue());
        } else if (!value.isNull()) {
            detail.set(name, value);
        }
    }

    /**
     * The signature of a thinking block that ends; null when there is nothing to seal.
     *
     * @param thought the text of the block
     * @param shown whether the client got that text
     */
    @Nullable
    String signature(String thought, boolean shown) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        if (encrypted != null) {
            payload.put(ENCRYPTED, encrypted);
            encrypted = null;
        } else if (!details.isEmpty()) {
            payload.set(DETAILS, shown && thought.equals(visible(details)) ? withoutTexts() : array(details));
            details.clear();
        } else if (!shown && history != ProviderProfile.History.NONE && history != ProviderProfile.History.ENCRYPTED) {
            payload.put(TEXT, thought);
        }
        return payload.isEmpty() ? null : sealed(REASONING, payload);
    }

    /** Sealed reasoning that belongs to no block with a text; null when there is none. */
    @Nullable
    String rest() {
        return details.isEmpty() && encrypted == null ? null : signature("", true);
    }

    /** The sealed state of a call. */
    @Nullable
    String call(String clientId, JsonNode extraContent) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put(ID, clientId);
        payload.putObject(EXTRA).set("extra_content", extraContent);
        return sealed(CALL, payload);
    }

    /** What the provider says of the message that follows, sealed; null where it takes nothing back. */
    @Nullable
    String message(String phase) {
        return history == ProviderProfile.History.ENCRYPTED
                ? sealed(MESSAGE, JsonNodeFactory.instance.objectNode().put(PHASE, phase))
                : null;
    }

    private @Nullable String sealed(String kind, JsonNode payload) {
        String text = seal.seal(new StateSeal.State(provider, model, kind, payload));
        if (text == null) {
            diagnostics.add(
                    Diagnostic.Kind.REASONING_DROPPED, REASONING, "the provider's state is too large to be carried");
        }
        return text;
    }

    private static String visible(List<ObjectNode> details) {
        StringBuilder text = new StringBuilder();
        for (ObjectNode detail : details) {
            for (String name : GROWING) {
                text.append(detail.path(name).asText());
            }
        }
        return text.toString();
    }

    /** The client carries the text already: only its length is sealed. */
    private ArrayNode withoutTexts() {
        ArrayNode array = array(details);
        for (JsonNode detail : array) {
            for (String name : GROWING) {
                if (detail.path(name).isTextual()) {
                    ((ObjectNode) detail)
                            .put(name, detail.path(name).textValue().length());
                }
            }
        }
        return array;
    }

    private static ArrayNode array(List<ObjectNode> details) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        details.forEach(detail -> array.add(detail.deepCopy()));
        return array;
    }

    /** Opens the state that a client gives back; null when it is not ours, or for somebody else. */
    @Nullable
    Opened open(@Nullable String text, String thought) {
        StateSeal.State state = seal.open(text);
        if (state == null
                || !state.provider().equals(provider)
                || !state.model().equals(model)) {
            return null;
        }
        JsonNode payload = state.payload();
        if (state.kind().equals(CALL)) {
            return new Opened(null, null, payload.path(ID).asText(), payload.path(EXTRA), null, null);
        }
        String hidden = payload.path(TEXT).textValue();
        return new Opened(
                hidden,
                restored(payload.path(DETAILS), thought),
                null,
                null,
                payload.path(ENCRYPTED).textValue(),
                payload.path(PHASE).textValue());
    }

    /** The details with their texts again, cut out of the thinking that came back; null when it is another text. */
    private static @Nullable ArrayNode restored(JsonNode details, String thought) {
        if (!details.isArray() || details.isEmpty()) {
            return null;
        }
        ArrayNode result = details.deepCopy();
        int at = 0;
        for (JsonNode detail : result) {
            for (String name : GROWING) {
                if (detail.path(name).isInt()) {
                    int end = at + detail.path(name).intValue();
                    if (end > thought.length()) {
                        return null;
                    }
                    ((ObjectNode) detail).put(name, thought.substring(at, end));
                    at = end;
                }
            }
        }
        return at == 0 || at == thought.length() ? result : null;
    }

    /**
     * State that came back.
     *
     * @param text the text of thinking that was not shown
     * @param details structured reasoning
     * @param callId the call that the rest belongs to
     * @param extra members of that call
     * @param encrypted a thought as the provider has encrypted it
     * @param phase what the provider said of the message that follows
     */
    record Opened(
            @Nullable String text,
            @Nullable ArrayNode details,
            @Nullable String callId,
            @Nullable JsonNode extra,
            @Nullable String encrypted,
            @Nullable String phase) {}
}
