package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ClaudeRequest.ThinkingConfig;
import io.github.claudecodeproxy.openai.ChatMessage;
import io.github.claudecodeproxy.openai.ChatRequest;
import io.github.claudecodeproxy.openai.ChatTool;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns one Claude request into one chat request. Used once. */
final class RequestConverter {

    private static final Set<String> CONVERSATION = Set.of("user", "assistant", "tool");
    /** Without which the answer means the same. */
    private static final Set<String> HINTS = Set.of(
            "stream_options",
            "include",
            ResponsesRequestConverter.REASONING,
            "prompt_cache_key",
            "safety_identifier",
            "user",
            "service_tier",
            "prompt_cache_retention");

    private static final String MAX_TOKENS = "max_tokens";
    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";

    private final ClaudeRequest request;
    private final String upstreamModel;
    private final ProviderProfile profile;
    private final ModelData model;
    private final OutputLimits limits;
    private final Diagnostics diagnostics;
    private final StopSequences stops;
    private final Map<String, JsonNode> extra = new LinkedHashMap<>();
    private @Nullable String prefill;

    RequestConverter(
            ClaudeRequest request,
            String upstreamModel,
            ProviderProfile profile,
            OutputLimits limits,
            Diagnostics diagnostics) {
        this.request = request;
        this.upstreamModel = upstreamModel;
        this.profile = profile;
        this.model = profile.model(upstreamModel);
        this.limits = limits;
        this.diagnostics = diagnostics;
        this.stops = StopSequences.of(
                request.stopSequences() == null ? List.of() : request.stopSequences(),
                model.stop() ? profile.parameters().maxStopSequences() : 0);
    }

    ChatRequest convert(ToolNames names, ToolIds ids, ReasoningState state, @Nullable String sessionId) {
        UntranslatableFields.refuse(request);
        OutputFormat format = OutputFormat.of(request, profile, diagnostics);
        ToolConverter tools = new ToolConverter(profile, model, request, names, diagnostics);
        tools.convert();
        List<ChatTool> functions = tools.functions();
        List<ChatMessage> messages = messages(format.instruction(), names, ids, state);
        boolean stream = streaming();
        Body.merge(profile.body(), extra);
        if (stream && !functions.isEmpty()) {
            Body.merge(profile.bodyWithStreamedTools(), extra);
        }
        ReasoningConverter reasoning = new ReasoningConverter(profile, model, diagnostics);
        reasoning.convert(request, !functions.isEmpty(), tools.searches(), extra);
        reasoningItems();
        search(tools);
        identity(sessionId);
        topK();
        serviceTier();
        UntranslatableFields.report(request, profile, diagnostics);
        int cap = cap();
        String capField = maxTokensField();
        for (String field : profile.parameters().refused()) {
            if (extra.remove(field) != null) {
                refused(field);
            }
        }
        return new ChatRequest(
                upstreamModel,
                messages,
                own(MAX_TOKENS, capField.equals(MAX_TOKENS) ? cap : null),
                own(MAX_COMPLETION_TOKENS, capField.equals(MAX_COMPLETION_TOKENS) ? cap : null),
                own("stream", stream ? Boolean.TRUE : null),
                own(
                        "stream_options",
                        stream && profile.parameters().streamUsage() ? new ChatRequest.StreamOptions(true) : null),
                own("temperature", sampling("temperature", request.temperature())),
                own("top_p", sampling("top_p", request.topP())),
                own("stop", stops.sent().isEmpty() ? null : stops.sent()),
                functions.isEmpty() ? null : functions,
                own("tool_choice", tools.chosen()),
                own("parallel_tool_calls", tools.parallelToolCalls()),
                own("response_format", format.responseFormat()),
                own("reasoning_effort", reasoning.effort()),
                extra);
    }

    /** What the client wants us to look for in the answer. */
    StopSequences stops() {
        return stops;
    }

    /** The beginning of the answer that the client gave; null when there is none. Call {@link #convert} first. */
    @Nullable
    String prefill() {
        return prefill;
    }

    /** A value, unless the provider's data say it otherwise, or the model refuses it. */
    private <T> @Nullable T own(String field, @Nullable T value) {
        if (value != null && profile.parameters().refused().contains(field)) {
            refused(field);
            return null;
        }
        return extra.containsKey(field) ? null : value;
    }

    private void refused(String field) {
        Kind kind = HINTS.contains(field) ? Kind.HINT_DROPPED : Kind.PARAMETER_DROPPED;
        diagnostics.add(kind, field, "the model refuses it; not sent");
    }

    private List<ChatMessage> messages(String instruction, ToolNames names, ToolIds ids, ReasoningState state) {
        ProviderProfile.Conversation forms = profile.conversation();
        String role = forms.systemRole() != null ? forms.systemRole() : model.systemRole();
        ConversationConverter conversation =
                new ConversationConverter(profile, model, role, names, ids, state, diagnostics);
        List<ChatMessage> messages = conversation.convert(request, instruction);
        if (messages.stream().noneMatch(message -> CONVERSATION.contains(message.role()))) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, "messages: at least one message is required");
        }
        extra.putAll(conversation.body());
        prefill = conversation.prefill();
        return messages;
    }

    /**
     * As the client wants it, but also where only a stream can be cut off when a stop sequence was met, or where the
     * host reasons in streams only.
     */
    private boolean streaming() {
        return request.streaming()
                || !stops.scanned().isEmpty()
                || (profile.reasoning().streamOnly() && ReasoningConverter.wanted(request));
    }

    /** Where neither host nor model says, it is a host that takes the current spelling for all its models. */
    private String maxTokensField() {
        String host = profile.parameters().maxTokensField();
        String field = host != null ? host : model.maxTokensField();
        return field != null ? field : MAX_COMPLETION_TOKENS;
    }

    private int cap() {
        Integer wanted = request.maxTokens();
        if (wanted == null) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, "max_tokens: Field required");
        }
        if (wanted < 0) {
            throw new ClaudeException(
                    ClaudeError.Type.INVALID_REQUEST, "max_tokens: Input should be greater than or equal to 0");
        }
        int least = profile.api() == ProviderProfile.Api.RESPONSES ? ResponsesRequestConverter.LEAST_CAP : 1;
        int cap = limits.clamp(Math.max(least, wanted), model.maxOutputTokens());
        if (cap != wanted) {
            diagnostics.add(Kind.PARAMETER_CHANGED, MAX_TOKENS, "sent as " + cap);
        }
        return cap;
    }

    private @Nullable Double sampling(String field, @Nullable Double value) {
        if (value != null && !(model.sampling() && profile.parameters().sampling())) {
            diagnostics.add(Kind.PARAMETER_DROPPED, field, "the model's sampling is fixed");
            return null;
        }
        return value;
    }

    /** On the Responses API, reasoning has a summary to be shown, and an encrypted form to be given back. */
    private void reasoningItems() {
        boolean reasons = model.efforts() == null || !model.efforts().isEmpty();
        if (profile.api() != ProviderProfile.Api.RESPONSES || !reasons) {
            return;
        }
        if (profile.responses().encryptedReasoning()) {
            include(ResponsesRequestConverter.ENCRYPTED_REASONING);
        }
        ThinkingConfig thinking = request.thinking();
        if (thinking != null && !ReasoningConverter.off(thinking) && !"omitted".equals(thinking.display())) {
            extra.put(
                    ResponsesRequestConverter.REASONING,
                    JsonNodeFactory.instance.objectNode().put("summary", "auto"));
        }
    }

    private void search(ToolConverter tools) {
        ObjectNode search = tools.search();
        if (search != null) {
            extra.put(ResponsesRequestConverter.SEARCH, search);
            if (profile.responses().search().sources()) {
                include(HostedSearch.SOURCES);
            }
            JsonNode most = tools.mostSearches();
            if (most != null) {
                extra.put("max_tool_calls", most);
            }
        }
    }

    private void include(String what) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        if (extra.get("include") instanceof ArrayNode others) {
            all.addAll(others);
        }
        extra.put("include", all.add(what));
    }

    private void identity(@Nullable String sessionId) {
        String userId = UntranslatableFields.userId(request);
        String field = profile.parameters().userField();
        if (userId != null && field != null) {
            // Claude Code's value is longer than any provider takes, and names the device.
            extra.put(field, TextNode.valueOf(Sha256.hex(userId)));
        }
        if (sessionId != null && profile.parameters().promptCacheKey()) {
            extra.put("prompt_cache_key", TextNode.valueOf(Sha256.hex(sessionId).substring(0, 32)));
        }
    }

    private void topK() {
        if (request.topK() == null) {
            return;
        }
        if (profile.parameters().topK()) {
            extra.put("top_k", IntNode.valueOf(request.topK()));
        } else {
            diagnostics.add(Kind.PARAMETER_DROPPED, "top_k", "the provider does not take it");
        }
    }

    private void serviceTier() {
        JsonNode speed = request.extra().get("speed");
        String fast = profile.parameters().fastServiceTier();
        if (fast != null && speed != null && speed.asText().equals("fast")) {
            extra.put("service_tier", TextNode.valueOf(fast));
        } else if (request.serviceTier() != null && profile.parameters().serviceTier()) {
            String tier = request.serviceTier().equals("standard_only") ? "default" : "auto";
            extra.put("service_tier", TextNode.valueOf(tier));
        }
    }
}
