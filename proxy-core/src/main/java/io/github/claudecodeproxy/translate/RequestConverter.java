package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";

    private final ClaudeRequest request;
    private final String upstreamModel;
    private final ProviderProfile profile;
    private final ModelData model;
    private final OutputLimits limits;
    private final Diagnostics diagnostics;
    private final Map<String, JsonNode> extra = new LinkedHashMap<>();

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
    }

    ChatRequest convert(ToolNames names, ToolIds ids, @Nullable String sessionId) {
        OutputFormat format = OutputFormat.of(request, profile);
        List<ChatMessage> messages = new ConversationConverter(profile, model, names, ids, diagnostics)
                .convert(request, format.instruction());
        if (messages.stream().noneMatch(message -> CONVERSATION.contains(message.role()))) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, "messages: at least one message is required");
        }
        ToolConverter toolConverter = new ToolConverter(profile, request, names, diagnostics);
        List<ChatTool> tools = toolConverter.tools(request);
        ReasoningConverter reasoning = new ReasoningConverter(profile, model, diagnostics);
        Body.merge(profile.body(), extra);
        if (request.streaming() && !tools.isEmpty()) {
            Body.merge(profile.bodyWithStreamedTools(), extra);
        }
        reasoning.convert(request, !tools.isEmpty(), extra);
        identity(sessionId);
        topK();
        reportDropped();
        int cap = cap();
        boolean newSpelling = MAX_COMPLETION_TOKENS.equals(maxTokensField());
        boolean stream = request.streaming();
        return new ChatRequest(
                upstreamModel,
                messages,
                newSpelling ? null : cap,
                newSpelling ? cap : null,
                stream ? Boolean.TRUE : null,
                stream && profile.parameters().streamUsage() ? new ChatRequest.StreamOptions(true) : null,
                sampling("temperature", request.temperature()),
                sampling("top_p", request.topP()),
                stop(),
                tools.isEmpty() ? null : tools,
                toolConverter.choice(request.toolChoice(), tools),
                toolConverter.parallelToolCalls(request.toolChoice(), tools),
                format.responseFormat(),
                reasoning.effort(),
                extra);
    }

    /** Where neither host nor model says, it is a host that takes the current spelling for all its models. */
    private String maxTokensField() {
        String field = profile.parameters().maxTokensField() != null
                ? profile.parameters().maxTokensField()
                : model.maxTokensField();
        return field != null ? field : MAX_COMPLETION_TOKENS;
    }

    private int cap() {
        Integer wanted = request.maxTokens();
        if (wanted == null) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, "max_tokens: Field required");
        }
        if (wanted < 1) {
            throw new ClaudeException(
                    ClaudeError.Type.INVALID_REQUEST, "max_tokens: Input should be greater than or equal to 1");
        }
        int cap = limits.clamp(wanted, model.maxOutputTokens());
        if (cap != wanted) {
            diagnostics.add(Kind.PARAMETER_CHANGED, "max_tokens", "sent as " + cap);
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

    private @Nullable List<String> stop() {
        List<String> sequences = request.stopSequences();
        if (sequences == null || sequences.isEmpty()) {
            return null;
        }
        int most = model.stop() ? profile.parameters().maxStopSequences() : 0;
        if (sequences.size() > most) {
            diagnostics.add(
                    Kind.PARAMETER_DROPPED, "stop_sequences", "the provider takes " + most + "; the rest was dropped");
        }
        return most == 0 ? null : sequences.subList(0, Math.min(most, sequences.size()));
    }

    private void identity(@Nullable String sessionId) {
        String userId = userId();
        if (userId != null && profile.parameters().userField() != null) {
            // Claude Code's value is longer than any provider takes, and names the device.
            extra.put(profile.parameters().userField(), TextNode.valueOf(Sha256.hex(userId)));
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

    private void reportDropped() {
        droppedWhen(request.serviceTier() != null, "service_tier");
        droppedWhen(request.contextManagement() != null, "context_management");
        droppedWhen(request.cacheControl() != null, "cache_control");
        droppedWhen(userId() != null && profile.parameters().userField() == null, "metadata.user_id");
        if (request.outputConfig() != null) {
            request.outputConfig()
                    .extra()
                    .keySet()
                    .forEach(field -> droppedWhen(true, "output_config." + ContentConverter.printable(field)));
        }
        request.extra()
                .keySet()
                .forEach(field -> diagnostics.add(
                        Kind.UNKNOWN_FIELD, ContentConverter.printable(field), "unknown to this version and not sent"));
    }

    private void droppedWhen(boolean present, String field) {
        if (present) {
            diagnostics.add(Kind.HINT_DROPPED, field, "the provider has nothing like it; not sent");
        }
    }

    private @Nullable String userId() {
        return request.metadata() == null ? null : request.metadata().userId();
    }

    /** The answer's format: a schema where the host takes one, else JSON and the schema in words. */
    private record OutputFormat(@Nullable JsonNode responseFormat, String instruction) {

        static OutputFormat of(ClaudeRequest request, ProviderProfile profile) {
            JsonNode format =
                    request.outputConfig() != null && request.outputConfig().format() != null
                            ? request.outputConfig().format()
                            : request.outputFormat();
            JsonNode schema = format == null ? null : format.get("schema");
            if (schema == null || !schema.isObject()) {
                return new OutputFormat(null, "");
            }
            ObjectNode responseFormat = JsonNodeFactory.instance.objectNode();
            if (profile.parameters().structuredOutput() != ProviderProfile.StructuredOutput.JSON_SCHEMA) {
                responseFormat.put("type", "json_object");
                return new OutputFormat(
                        responseFormat,
                        "Answer with nothing but a JSON object that follows this JSON schema:\n" + schema);
            }
            responseFormat.put("type", "json_schema");
            responseFormat
                    .putObject("json_schema")
                    .put("name", "output")
                    .<ObjectNode>set("schema", schema)
                    .set("strict", BooleanNode.FALSE);
            return new OutputFormat(responseFormat, "");
        }
    }
}
