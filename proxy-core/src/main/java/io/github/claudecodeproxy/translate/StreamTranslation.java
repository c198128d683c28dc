package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeMessage.StopDetails;
import io.github.claudecodeproxy.claude.Usage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Translates one streamed answer: the data of the upstream's events in, Claude's events out, in order, on the calling
 * thread. Used by one thread at a time.
 *
 * <p>As long as no event was emitted, a failure is thrown, so that the caller can answer with the real HTTP status;
 * afterwards it is emitted as the {@code error} event that ends the stream.
 */
public final class StreamTranslation {

    private final ClaudeEventWriter writer;
    private final AnswerReader reader;
    private final StopReasons stopReasons;
    private final UsageConverter usage;
    private final ErrorConverter errors;
    private final OutputEstimate output;
    private final AnswerLimits limits;
    private @Nullable String requestId;

    StreamTranslation(
            ClaudeEventWriter writer,
            AnswerReader reader,
            StopReasons stopReasons,
            UsageConverter usage,
            ErrorConverter errors,
            OutputEstimate output,
            AnswerLimits limits) {
        this.writer = writer;
        this.reader = reader;
        this.stopReasons = stopReasons;
        this.usage = usage;
        this.errors = errors;
        this.output = output;
        this.limits = limits;
    }

    /**
     * Names the call in an {@code error} event.
     *
     * @param id the value of the {@code request-id} header
     */
    public void requestId(String id) {
        requestId = id;
    }

    /**
     * Takes the data of one upstream event: JSON, or {@code [DONE]}. A whole answer, as a server sends it that was asked
     * for a stream but does not stream, is taken too. Ignored after the end.
     *
     * @throws ClaudeException if the data reports or is an error and nothing was emitted yet
     */
    public void data(byte[] json, int offset, int length) {
        if (writer.ended() || blank(json, offset, length)) {
            return;
        }
        if (done(json, offset, length)) {
            endWhole();
            return;
        }
        if (!reader.read(json, offset, length)) {
            failed(ClaudeError.of(ClaudeError.Type.API, "the provider sent something that is not JSON")
                    .withShouldRetry(true));
            return;
        }
        JsonNode error = reader.error();
        if (error != null) {
            failed(errors.inAnswer(error));
        } else if (reader.scannedStop() != null || reader.endless()) {
            finish("stop");
        } else if (reader.complete()) {
            end();
        }
    }

    /**
     * Takes the data of one upstream event that is named {@code error}, whatever it looks like.
     *
     * @throws ClaudeException if nothing was emitted yet
     */
    public void error(byte[] json, int offset, int length) {
        if (!writer.ended()) {
            failed(errors.inAnswer(Arrays.copyOfRange(json, offset, offset + length)));
        }
    }

    /** Takes the data of one upstream event as text; see {@link #data(byte[], int, int)}. */
    public void data(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        data(bytes, 0, bytes.length);
    }

    /**
     * The upstream's body has ended. Ends the answer if the model had finished; else the answer is truncated.
     *
     * @throws ClaudeException if the answer is truncated, or there is none, and nothing was emitted yet
     */
    public void end() {
        if (writer.ended()) {
            return;
        }
        String reason = reader.finishReason();
        if (reason == null && limits.endsWithoutReason() && reader.anyChoice() && !reader.cut()) {
            finish("stop");
        } else if (reason == null) {
            failed(ClaudeError.of(
                            ClaudeError.Type.API,
                            reader.anyChoice()
                                    ? "the provider's answer ended before the model had finished"
                                    : "the provider's answer is empty")
                    .withShouldRetry(true));
        } else if (stopReasons.failure(reason)) {
            failed(ClaudeError.of(stopReasons.failureType(reason), "the provider gave up on the answer: " + reason)
                    .withShouldRetry(true));
        } else {
            finish(reason);
        }
    }

    private void finish(String reason) {
        reader.end();
        String refusal = reader.refusal();
        Usage counts = usage.atEnd(reader.usage(), reader.serviceTier(), output.tokens());
        if (reader.searches() > 0) {
            counts = counts.withWebSearches(reader.searches());
        }
        String scanned = reader.scannedStop();
        String matched = scanned != null ? scanned : reader.matchedStop();
        String stopReason = scanned != null
                ? "stop_sequence"
                : stopReasons.claude(reason, writer.toolEmitted(), !refusal.isEmpty(), matched);
        if (stopReason.equals("max_tokens") && reader.usage() != null && limits.windowIsFull(counts)) {
            stopReason = "model_context_window_exceeded";
        }
        StopDetails details =
                stopReason.equals("refusal") ? new StopDetails(null, refusal.isEmpty() ? null : refusal) : null;
        writer.finish(stopReason, stopReason.equals("stop_sequence") ? matched : null, details, counts);
    }

    /**
     * The upstream says that the answer is complete, or gave it as one document. Ends it, even if it does not say why
     * the model stopped, unless a call is cut.
     *
     * @throws ClaudeException if there is no answer, and nothing was emitted yet
     */
    public void endWhole() {
        if (!writer.ended() && reader.finishReason() == null && reader.anyChoice() && !reader.cut()) {
            finish("stop");
        } else {
            end();
        }
    }

    /** Answers in the place of a model that was not asked, because a filter refused the prompt. */
    void refuse(String words) {
        writer.text(words.isEmpty() ? "The provider's content filter refused the request." : words);
        writer.finish(
                "refusal",
                null,
                new StopDetails(null, words.isEmpty() ? null : words),
                usage.atEnd(null, null, output.tokens()));
    }

    /** Emits {@code message_start} now, if it was not emitted yet, so that pings may follow. */
    public void start() {
        writer.start();
    }

    /** Ends the stream with an {@code error} event. Without effect after the end. */
    public void fail(ClaudeError error) {
        writer.fail(error, requestId);
    }

    /** Whether {@code message_start} was emitted. */
    public boolean started() {
        return writer.started();
    }

    /** Whether the model has finished, so that only token counts may still come. */
    public boolean finished() {
        return reader.finishReason() != null;
    }

    /** Whether the last event was emitted. */
    public boolean ended() {
        return writer.ended();
    }

    private void failed(ClaudeError error) {
        if (!writer.started()) {
            throw new ClaudeException(error);
        }
        fail(error);
    }

    private static boolean blank(byte[] data, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (data[i] != ' ' && data[i] != '\t' && data[i] != '\r' && data[i] != '\n') {
                return false;
            }
        }
        return true;
    }

    private static boolean done(byte[] data, int offset, int length) {
        return length <= 16
                && data[offset] == '['
                && new String(data, offset, length, StandardCharsets.US_ASCII)
                        .strip()
                        .equals("[DONE]");
    }
}
