package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeRequest;
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
    private static final String MAX_TOKENS = "max_tokens";
    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";

    private final ClaudeRequest request;
    private final String upstreamModel;
    private final ProviderProfile profile;
    private final ModelData model;
    private final OutputLimits limits;
    private final Lessons lessons;
    private final Diagnostics diagnostics;
    private final StopSequences stops;
    private final Map<String, JsonNode> extra = new LinkedHashMap<>();
    private @Nullable String prefill;

    RequestConverter(
            ClaudeRequest request,
            String upstreamModel,
            ProviderProfile profile,
            OutputLimits limits,
            Lessons lessons,
            Diagnostics diagnostics) {
        this.request = request;
        this.upstreamModel = upstreamModel;
        this.profile = profile;
        this.model = profile.model(upstreamModel);
        this.limits = limits;
        this.lessons = lessons;
        this.diagnostics = diagnostics;
        boolean taken = model.stop() && !lessons.leftOut("stop");
        this.stops = StopSequences.of(
                request.stopSequences() == null ? List.of() : request.stopSequences(),
                taken ? profile.parameters().maxStopSequences() : 0);
    }

    ChatRequest convert(ToolNames names, ToolIds ids, ReasoningState state, @Nullable String sessionId) {
        UntranslatableFields.refuse(request);
        OutputFormat format = OutputFormat.of(request, profile, lessons, diagnostics);
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
        reasoning.convert(request, !functions.isEmpty(), extra);
        identity(sessionId);
        topK();
        serviceTier();
        UntranslatableFields.report(request, profile, diagnostics);
        int cap = cap();
        String capField = maxTokensField();
        lessons.all().stream()
                .filter(lesson -> lesson.kind() == Lesson.Kind.LEAVE_OUT)
                .forEach(lesson -> extra.remove(lesson.field()));
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
                functions.isEmpty() ? null : notStrict(functions),
                own("tool_choice", choice(tools)),
                own("parallel_tool_calls", tools.parallelToolCalls()),
                own("response_format", format.responseFormat()),
                own("reasoning_effort", effort(reasoning)),
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

    /** A value, unless the provider's data say it otherwise, or it was learnt that the model refuses it. */
    private <T> @Nullable T own(String field, @Nullable T value) {
        if (value != null && lessons.leftOut(field)) {
            Kind kind = field.equals("stream_options") ? Kind.HINT_DROPPED : Kind.PARAMETER_DROPPED;
            diagnostics.add(kind, field, "the model has refused it before");
            return null;
        }
        return extra.containsKey(field) ? null : value;
    }

    private List<ChatMessage> messages(String instruction, ToolNames names, ToolIds ids, ReasoningState state) {
        ProviderProfile.Conversation forms = profile.conversation();
        String role = forms.systemRole() != null ? forms.systemRole() : model.systemRole();
        ConversationConverter conversation = new ConversationConverter(
                profile, model, lessons.has(Lesson.Kind.SYSTEM_ROLE) ? "system" : role, names, ids, state, diagnostics);
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
        String known = field != null ? field : MAX_COMPLETION_TOKENS;
        if (!lessons.has(Lesson.Kind.OTHER_CAP_FIELD)) {
            return known;
        }
        return known.equals(MAX_TOKENS) ? MAX_COMPLETION_TOKENS : MAX_TOKENS;
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
        Integer learnt = lessons.cap();
        Integer known = model.maxOutputTokens();
        Integer most = learnt == null || (known != null && known < learnt) ? known : learnt;
        int cap = limits.clamp(Math.max(1, wanted), most);
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

    private @Nullable JsonNode choice(ToolConverter tools) {
        JsonNode choice = tools.chosen();
        boolean forced = choice != null
                && !choice.asText().equals("auto")
                && !choice.asText().equals("none");
        return forced && lessons.has(Lesson.Kind.NO_FORCED_CALL) ? TextNode.valueOf("auto") : choice;
    }

    private @Nullable String effort(ReasoningConverter reasoning) {
        return lessons.has(Lesson.Kind.EFFORT_NONE) ? "none" : reasoning.effort();
    }

    private List<ChatTool> notStrict(List<ChatTool> functions) {
        if (!lessons.has(Lesson.Kind.NOT_STRICT)) {
            return functions;
        }
        return functions.stream()
                .map(ChatTool::function)
                .map(tool ->
                        ChatTool.of(new ChatTool.Function(tool.name(), tool.description(), tool.parameters(), null)))
                .toList();
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
