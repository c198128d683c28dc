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
import io.github.claudecodeproxy.claude.ClaudeRequest.ToolChoice;
import io.github.claudecodeproxy.openai.ChatRequest;
import io.github.claudecodeproxy.openai.ChatTool;
import io.github.claudecodeproxy.openai.ResponsesRequest;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.provider.ProviderProfile.Api;
import io.github.claudecodeproxy.provider.ProviderProfile.CallNotation;
import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One trip: a request on its way to the upstream, and what the way back needs. Either {@link #message} or
 * {@link #stream} or {@link #error} is used, by one thread at a time; a new attempt begins with a new call of one of
 * them.
 */
public final class Translation {

    private final ClaudeRequest claudeRequest;
    private final ChatRequest request;
    private final @Nullable ResponsesRequest responses;
    private final boolean apiOpen;
    private final ProviderProfile profile;
    private final ToolNames names;
    private final ToolIds ids;
    private final Diagnostics diagnostics;
    private final PromptEstimate estimate;
    private final Supplier<Set<String>> secrets;
    private final StateSeal seal;
    private final StopSequences stops;
    private final String prefill;
    private final String begun;
    private final @Nullable LocalAnswer local;
    private final Again again;

    Translation(
            ClaudeRequest claudeRequest,
            ChatRequest request,
            @Nullable ResponsesRequest responses,
            boolean apiOpen,
            ProviderProfile profile,
            ToolNames names,
            ToolIds ids,
            Diagnostics diagnostics,
            PromptEstimate estimate,
            Supplier<Set<String>> secrets,
            StateSeal seal,
            StopSequences stops,
            @Nullable String prefill,
            @Nullable LocalAnswer local,
            Again again) {
        this.claudeRequest = claudeRequest;
        this.request = request;
        this.responses = responses;
        this.apiOpen = apiOpen;
        this.profile = profile;
        this.names = names;
        this.ids = ids;
        this.diagnostics = diagnostics;
        this.estimate = estimate;
        this.secrets = secrets;
        this.seal = seal;
        this.stops = stops;
        this.begun = prefill == null ? "" : prefill;
        this.prefill = prefill == null || !profile.conversation().prefillEchoed() ? "" : prefill;
        this.local = local;
        this.again = again;
    }

    /** Translates the same request anew. */
    interface Again {

        /**
         * The other translation.
         *
         * @param lessons what is known besides what was known before
         * @param reported what listeners were told already
         */
        Translation with(Collection<Lesson> lessons, Collection<Diagnostic> reported);
    }

    /** What the client asked for. */
    public ClaudeRequest claudeRequest() {
        return claudeRequest;
    }

    /** Which of the upstream's APIs the request is for; never {@link Api#AUTO}. */
    public Api api() {
        return responses == null ? Api.CHAT : Api.RESPONSES;
    }

    /** What the upstream is asked, in the words of Chat Completions, also when it is asked on the Responses API. */
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

    /**
     * Whether the upstream is asked for a stream of events. It may be although the client did not ask for one: where
     * only a stream can be cut off when a stop sequence was met, or where the host reasons in streams only.
     */
    public boolean upstreamStreaming() {
        return Boolean.TRUE.equals(request.stream());
    }

    /** Whether the request is answered without the upstream; {@link #answerLocally} has the answer then. */
    public boolean local() {
        return local != null;
    }

    /**
     * The answer to a request that needs no upstream.
     *
     * @param events told each event of the answer
     * @throws IllegalStateException if the request needs one
     */
    public void answerLocally(Consumer<ClaudeEvent> events) {
        LocalAnswer answer = local;
        if (answer == null) {
            throw new IllegalStateException("the upstream has to answer");
        }
        answer.write(
                claudeRequest, writer(new UsageConverter(profile, estimate, diagnostics), events), estimate.tokens());
    }

    /** The same as {@link #answerLocally(Consumer)} for a call that does not stream. */
    public ClaudeMessage localMessage() {
        MessageAccumulator accumulator = new MessageAccumulator(diagnostics);
        answerLocally(accumulator::accept);
        return accumulator.message();
    }

    /** The JSON for the upstream's {@link #api} in UTF-8, made anew by each call; the same bytes each time. */
    public byte[] body() {
        return ClaudeJson.bytes(wire());
    }

    /** Writes what {@link #body} gives, without a copy; what the stream held before is lost. */
    public void writeBody(ByteArrayOutputStream out) {
        ClaudeJson.write(wire(), out);
    }

    private Object wire() {
        return responses == null ? request : responses;
    }

    /** What was lost or changed so far. Grows while the answer is read. */
    public List<Diagnostic> diagnostics() {
        return diagnostics.snapshot();
    }

    /** Gives what {@link #diagnostics} gives, to whoever does not keep the translation, and the request with it. */
    public Supplier<List<Diagnostic>> diagnosticsLater() {
        return diagnostics::snapshot;
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
        UsageConverter usage = new UsageConverter(profile, estimate, diagnostics);
        ClaudeEventWriter writer = writer(usage, event -> {
            output.accept(event);
            events.accept(event);
        });
        ToolCallReader tools = new ToolCallReader(writer, names, new ToolIds(ids), requiredParameters(), diagnostics);
        List<String> stopSequences = claudeRequest.stopSequences() == null ? List.of() : claudeRequest.stopSequences();
        ChatChunkReader chunks = new ChatChunkReader(
                writer,
                tools,
                profile.reasoning(),
                profile.model(request.model()).startsReasoning(),
                prefill,
                stops.scanned(),
                diagnostics,
                this::textCalls);
        return new StreamTranslation(
                writer,
                responses == null
                        ? chunks
                        : new ResponsesEventReader(
                                writer,
                                chunks,
                                request.extra().containsKey(ResponsesRequestConverter.SEARCH),
                                diagnostics),
                new StopReasons(stopSequences),
                usage,
                errorConverter(),
                output,
                answerLimits());
    }

    private TextCallReader textCalls(Consumer<String> text, Consumer<TextCall> calls) {
        Map<String, JsonNode> offered = new HashMap<>();
        for (ChatTool tool : request.tools() == null ? List.<ChatTool>of() : request.tools()) {
            JsonNode schema = tool.function().parameters();
            offered.put(tool.function().name(), schema == null ? JsonNodeFactory.instance.missingNode() : schema);
        }
        return new TextCallReader(
                offered.isEmpty() ? Set.of() : notations(), begun, new TextCallConverter(offered), text, calls);
    }

    /** How calls may be written into the text of this answer. */
    private Set<CallNotation> notations() {
        ToolChoice choice = claudeRequest.toolChoice();
        Set<CallNotation> notations = new HashSet<>(profile.tools().textCalls());
        if (choice != null && choice.type().equals("none")) {
            notations.clear();
        }
        JsonNode format = OutputFormat.format(claudeRequest);
        if (format != null && format.isObject()) {
            // An object is what the client asked for.
            notations.remove(CallNotation.LLAMA);
        }
        return notations;
    }

    private ClaudeEventWriter writer(UsageConverter usage, Consumer<ClaudeEvent> events) {
        ReasoningState state = new ReasoningState(seal, profile, request.model(), diagnostics);
        return new ClaudeEventWriter(start(usage), thinking(), state, events);
    }

    private AnswerLimits answerLimits() {
        Integer cap = request.maxTokens() != null ? request.maxTokens() : request.maxCompletionTokens();
        return new AnswerLimits(
                cap == null ? Integer.MAX_VALUE : cap,
                profile.model(request.model()).contextWindow(),
                profile.answers().endWithoutReason());
    }

    /** Begins to translate an answer, streamed or not, into a whole message. */
    public MessageTranslation whole() {
        MessageAccumulator accumulator = new MessageAccumulator(diagnostics);
        return new MessageTranslation(stream(accumulator::accept), accumulator);
    }

    /**
     * What an error response teaches: which parameters the model refuses that the request can do without, or that it is
     * to be asked on the other API. The same request may be sent once more, {@link #taught} these lessons.
     *
     * @param status its HTTP status
     * @param body its body, of any kind
     * @return one lesson for each parameter; empty when the error is about anything else
     */
    public List<Lesson> lessons(int status, byte[] body) {
        return errorConverter().lessons(status, body, request, apiOpen ? api() : null);
    }

    /**
     * The same request, translated anew with these lessons besides those that it was translated with. Listeners are not
     * told again what they were told by this translation.
     *
     * @throws ClaudeException in strict mode, when something would be lost
     */
    public Translation taught(Collection<Lesson> lessons) {
        return again.with(lessons, diagnostics.snapshot());
    }

    /** Whether both send the same request, so that a refusal of one is a refusal of the other. */
    public boolean sendsSameAs(Translation other) {
        return api() == other.api() && request.equals(other.request);
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
                new ContextLength(
                        estimate.tokens(), profile.model(request.model()).contextWindow()),
                secrets.get());
    }

    private ClaudeMessage start(UsageConverter usage) {
        String id = "msg_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);
        return new ClaudeMessage(
                id, claudeRequest.model(), List.of(), null, null, null, null, null, edits(), usage.atStart());
    }

    /** We edit nothing in the context, and say so to a client that asked for it. */
    private @Nullable JsonNode edits() {
        if (claudeRequest.contextManagement() == null) {
            return null;
        }
        ObjectNode none = JsonNodeFactory.instance.objectNode();
        none.putArray("applied_edits");
        return none;
    }

    private ClaudeEventWriter.Thinking thinking() {
        ThinkingConfig thinking = claudeRequest.thinking();
        if (thinking != null && thinking.type().equals("disabled")) {
            return ClaudeEventWriter.Thinking.HIDDEN;
        }
        return thinking != null && "omitted".equals(thinking.display())
                ? ClaudeEventWriter.Thinking.OMITTED
                : ClaudeEventWriter.Thinking.SHOWN;
    }

    /** By the upstream's names of the tools. */
    private Map<String, Set<String>> requiredParameters() {
        Map<String, Set<String>> required = new HashMap<>();
        for (ChatTool tool : request.tools() == null ? List.<ChatTool>of() : request.tools()) {
            Set<String> parameters = new HashSet<>();
            if (tool.function().parameters() != null) {
                tool.function().parameters().path("required").forEach(name -> parameters.add(name.asText()));
            }
            required.put(tool.function().name(), parameters);
        }
        return required;
    }
}
