package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ClaudeRequest.ThinkingConfig;
import io.github.claudecodeproxy.claude.Tool;
import io.github.claudecodeproxy.openai.ChatRequest;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One trip: a request on its way to the upstream, and what the way back needs. Either {@link #message} or
 * {@link #stream} or {@link #error} is used, by one thread at a time; a new attempt begins with a new call of one of
 * them.
 */
public final class Translation {

    private final ClaudeRequest claudeRequest;
    private final ChatRequest request;
    private final ProviderProfile profile;
    private final ToolNames names;
    private final ToolIds ids;
    private final Diagnostics diagnostics;
    private final long estimatedInput;
    private final Set<String> secrets;

    Translation(
            ClaudeRequest claudeRequest,
            ChatRequest request,
            ProviderProfile profile,
            ToolNames names,
            ToolIds ids,
            Diagnostics diagnostics,
            long estimatedInput,
            Set<String> secrets) {
        this.claudeRequest = claudeRequest;
        this.request = request;
        this.profile = profile;
        this.names = names;
        this.ids = ids;
        this.diagnostics = diagnostics;
        this.estimatedInput = estimatedInput;
        this.secrets = secrets;
    }

    /** What the client asked for. */
    public ClaudeRequest claudeRequest() {
        return claudeRequest;
    }

    /** What goes to the upstream. */
    public ChatRequest request() {
        return request;
    }

    /** The upstream's name of the model. */
    public String upstreamModel() {
        return request.model();
    }

    /** Whether the client asked for a stream of events. */
    public boolean streaming() {
        return claudeRequest.streaming();
    }

    /** The JSON of {@link #request()} in UTF-8, made anew by each call; the same bytes each time. */
    public byte[] body() {
        return ClaudeJson.bytes(request);
    }

    /** Writes what {@link #body} gives, without a copy; what the stream held before is lost. */
    public void writeBody(ByteArrayOutputStream out) {
        ClaudeJson.write(request, out);
    }

    /** What was lost or changed so far. Grows while the answer is read. */
    public List<Diagnostic> diagnostics() {
        return diagnostics.snapshot();
    }

    /**
     * Translates a whole answer.
     *
     * @param body the upstream's JSON
     * @throws ClaudeException if the answer reports an error, or is no answer
     */
    public ClaudeMessage message(byte[] body) {
        MessageAccumulator accumulator = new MessageAccumulator(diagnostics);
        StreamTranslation answer = stream(accumulator::accept);
        answer.data(body, 0, body.length);
        answer.endWhole();
        return accumulator.message();
    }

    /**
     * Begins to translate a streamed answer.
     *
     * @param events told each event, in order, on the thread that feeds the translation
     */
    public StreamTranslation stream(Consumer<ClaudeEvent> events) {
        OutputEstimate output = new OutputEstimate();
        UsageConverter usage = new UsageConverter(profile, estimatedInput);
        ClaudeEventWriter writer = new ClaudeEventWriter(start(usage), showThinking(), event -> {
            output.accept(event);
            events.accept(event);
        });
        ToolCallReader tools = new ToolCallReader(writer, names, new ToolIds(ids), requiredParameters(), diagnostics);
        List<String> stopSequences = claudeRequest.stopSequences() == null ? List.of() : claudeRequest.stopSequences();
        return new StreamTranslation(
                writer,
                new ChatChunkReader(writer, tools),
                new StopReasons(stopSequences),
                usage,
                errorConverter(),
                output);
    }

    /**
     * Translates a streamed answer into a whole one, for a client that did not ask for a stream.
     *
     * @param feed gives the translation all data and ends it
     * @throws ClaudeException if the answer reports an error, or is truncated
     */
    public ClaudeMessage collect(Consumer<StreamTranslation> feed) {
        MessageAccumulator accumulator = new MessageAccumulator(diagnostics);
        feed.accept(stream(accumulator::accept));
        return accumulator.message();
    }

    /**
     * Translates an error response of the upstream.
     *
     * @param status its HTTP status
     * @param headers its headers, by lower-case name
     * @param body its body, of any kind
     */
    public ClaudeError error(int status, Map<String, String> headers, byte[] body) {
        return errorConverter().response(status, headers, body);
    }

    /**
     * The answer in place of an error response that says that a content filter refused the prompt: for a client that
     * is a refusal of the model, not a failure.
     *
     * @param status the response's HTTP status
     * @param body its body
     * @param events told each event of the answer
     * @return whether the response was such a refusal; nothing is emitted otherwise
     */
    public boolean refusal(int status, byte[] body, Consumer<ClaudeEvent> events) {
        String words = errorConverter().contentFilter(status, body);
        if (words == null) {
            return false;
        }
        stream(events).refuse(words);
        return true;
    }

    /** The same as {@link #refusal(int, byte[], Consumer)} for a call that does not stream. */
    public Optional<ClaudeMessage> refusal(int status, byte[] body) {
        MessageAccumulator accumulator = new MessageAccumulator(diagnostics);
        return refusal(status, body, accumulator::accept) ? Optional.of(accumulator.message()) : Optional.empty();
    }

    private ErrorConverter errorConverter() {
        return new ErrorConverter(
                claudeRequest.model(),
                request.model(),
                new ContextLength(estimatedInput, profile.model(request.model()).contextWindow()),
                secrets);
    }

    private ClaudeMessage start(UsageConverter usage) {
        String id = "msg_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);
        return new ClaudeMessage(
                id, claudeRequest.model(), List.of(), null, null, null, null, null, edits(), usage.atStart());
    }

    /** We edit nothing in the context, and say so to a client that asked for it. */
    private @org.jspecify.annotations.Nullable JsonNode edits() {
        if (claudeRequest.contextManagement() == null) {
            return null;
        }
        ObjectNode none = JsonNodeFactory.instance.objectNode();
        none.putArray("applied_edits");
        return none;
    }

    private boolean showThinking() {
        ThinkingConfig thinking = claudeRequest.thinking();
        return thinking == null || !(thinking.type().equals("disabled") || "omitted".equals(thinking.display()));
    }

    private Map<String, Set<String>> requiredParameters() {
        Map<String, Set<String>> required = new HashMap<>();
        for (Tool tool : claudeRequest.tools() == null ? List.<Tool>of() : claudeRequest.tools()) {
            if (tool.name() != null && tool.inputSchema() != null) {
                Set<String> parameters = new HashSet<>();
                tool.inputSchema().path("required").forEach(name -> parameters.add(name.asText()));
                required.put(tool.name(), parameters);
            }
        }
        return required;
    }
}
