package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.openai.ChatChunk;
import io.github.claudecodeproxy.openai.ChatChunk.Choice;
import io.github.claudecodeproxy.openai.ChatChunk.Delta;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads answers of Chat Completions, streamed or whole. Used by one thread at a time. */
final class ChatChunkReader implements AnswerReader {

    private final ChunkParser chunks = new ChunkParser();
    private final ClaudeEventWriter writer;
    private final ToolCallReader tools;
    private final Surrogates text = new Surrogates();
    private final Surrogates thought = new Surrogates();
    private final Surrogates refused = new Surrogates();
    private final ThinkTags thinkTags;
    private final PrefillEcho echo;
    private final TextCallReader textCalls;
    private final StopScanner stops;
    private final Diagnostics diagnostics;
    private final StringBuilder refusal = new StringBuilder();
    private @Nullable String finishReason;
    private @Nullable String matchedStop;
    private @Nullable JsonNode usage;
    private @Nullable String serviceTier;
    private boolean anyChoice;
    private @Nullable JsonNode error;

    /**
     * A reader for one answer.
     *
     * @param forms how this provider writes reasoning
     * @param startsReasoning whether the model's text begins with reasoning
     * @param prefill what the host may repeat at the beginning; empty when nothing
     * @param scanned the stop sequences that are ours to find
     * @param diagnostics told of calls in the text
     * @param textCalls makes the reader that finds calls in the text
     */
    ChatChunkReader(
            ClaudeEventWriter writer,
            ToolCallReader tools,
            ProviderProfile.Reasoning forms,
            boolean startsReasoning,
            String prefill,
            List<String> scanned,
            Diagnostics diagnostics,
            BiFunction<Consumer<String>, Consumer<TextCall>, TextCallReader> textCalls) {
        this.writer = writer;
        this.tools = tools;
        this.diagnostics = diagnostics;
        this.stops = new StopScanner(scanned, writer::text);
        this.textCalls = textCalls.apply(stops::accept, this::written);
        this.echo = new PrefillEcho(prefill, this.textCalls::accept);
        this.thinkTags =
                new ThinkTags(forms.openingTag(), forms.closingTag(), startsReasoning, writer::reasoning, echo::accept);
    }

    @Override
    public boolean read(byte[] json, int offset, int length) {
        String piece = chunks.text(json, offset, length);
        if (piece != null) {
            content(piece);
            return true;
        }
        ChatChunk chunk = chunks.parse(json, offset, length);
        if (chunk != null && chunk.error() != null) {
            error = chunk.error();
        } else if (chunk != null) {
            read(chunk);
        }
        return chunk != null;
    }

    /** Takes one chunk that reports no error. */
    void read(ChatChunk chunk) {
        if (chunk.usage() != null && counts(chunk.usage())) {
            usage = chunk.usage();
        }
        if (chunk.serviceTier() != null) {
            serviceTier = chunk.serviceTier();
        }
        for (Choice choice : chunk.choices()) {
            if (choice.index() == 0 && stops.matched() == null) {
                choice(choice);
            }
        }
    }

    /** Some providers end with an empty usage object. */
    private static boolean counts(JsonNode usage) {
        return usage.path("prompt_tokens").isNumber()
                || usage.path("total_tokens").isNumber();
    }

    private void choice(Choice choice) {
        anyChoice = true;
        writer.start();
        delta(choice.delta());
        if (choice.matchedStop() != null) {
            matchedStop = choice.matchedStop();
        }
        if (choice.finishReason() != null && !choice.finishReason().isEmpty() && finishReason == null) {
            finishReason = choice.finishReason();
        }
    }

    private void delta(Delta delta) {
        String reasoning = reasoning(delta);
        if (!reasoning.isEmpty()) {
            thinkTags.reasoningElsewhere();
            writer.reasoning(thought.join(reasoning));
        }
        if (delta.reasoningDetails() != null) {
            writer.details(delta.reasoningDetails());
        }
        if (delta.content() != null) {
            content(delta.content());
        }
        if (delta.refusal() != null) {
            String words = refused.join(delta.refusal());
            refusal.append(words);
            writer.text(words);
        }
        if (!delta.toolCalls().isEmpty() && stops.matched() == null) {
            beginCalls();
            tools.read(delta.toolCalls());
        }
    }

    private void content(String piece) {
        thinkTags.accept(text.join(piece));
    }

    private void beginCalls() {
        thinkTags.end();
        echo.end();
        textCalls.realCalls();
        stops.end();
    }

    private void written(TextCall call) {
        stops.end();
        if (stops.matched() == null) {
            diagnostics.add(
                    Kind.ANSWER_CHANGED, "content", "the model wrote a call into its text; it was made a real one");
            tools.whole(call);
        }
    }

    /** Several spellings may carry the same thought; one is taken. */
    private static String reasoning(Delta delta) {
        if (delta.reasoningContent() != null && !delta.reasoningContent().isEmpty()) {
            return delta.reasoningContent();
        }
        if (delta.reasoning() != null && !delta.reasoning().isEmpty()) {
            return delta.reasoning();
        }
        return delta.reasoningDetails() == null ? "" : details(delta.reasoningDetails());
    }

    private static String details(JsonNode details) {
        StringBuilder thought = new StringBuilder();
        for (JsonNode detail : details) {
            JsonNode text = detail.hasNonNull("text") ? detail.path("text") : detail.path("summary");
            thought.append(text.asText());
        }
        return thought.toString();
    }

    @Override
    public @Nullable JsonNode error() {
        return error;
    }

    /** What counts is the end of the stream: token counts may follow anything. */
    @Override
    public boolean complete() {
        return false;
    }

    @Override
    public void end() {
        thinkTags.end();
        echo.end();
        textCalls.end();
        stops.end();
        tools.end();
    }

    @Override
    public @Nullable String scannedStop() {
        return stops.matched();
    }

    @Override
    public boolean endless() {
        return tools.endless();
    }

    @Override
    public boolean cut() {
        return tools.incomplete();
    }

    @Override
    public boolean anyChoice() {
        return anyChoice;
    }

    @Override
    public @Nullable String finishReason() {
        return finishReason;
    }

    @Override
    public @Nullable String matchedStop() {
        return matchedStop;
    }

    @Override
    public @Nullable JsonNode usage() {
        return usage;
    }

    @Override
    public @Nullable String serviceTier() {
        return serviceTier;
    }

    @Override
    public String refusal() {
        return refusal.toString();
    }
}
