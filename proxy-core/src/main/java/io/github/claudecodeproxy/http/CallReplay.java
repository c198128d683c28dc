package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.sse.SseEncoder;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import io.github.claudecodeproxy.translate.StreamTranslation;
import io.github.claudecodeproxy.translate.Translation;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a recorded call again, without a network: what goes upstream, and what becomes of an answer. Nothing is sent again
 * as the engine would do after some errors. Thread-safe.
 */
public final class CallReplay {

    private CallReplay() {}

    /**
     * What a call becomes. Of the last three exactly one is there, but for a request that was refused: that has only its
     * error.
     *
     * @param upstreamRequest the body that goes upstream
     * @param events the stream of events that the client gets
     * @param message the message that the client gets
     * @param error the error that the client gets instead
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on to a file
    public record Outcome(
            byte @Nullable [] upstreamRequest,
            byte @Nullable [] events,
            @Nullable ClaudeMessage message,
            @Nullable ClaudeError error) {}

    /**
     * Makes a call again.
     *
     * @param request the body that the client sent
     * @param headers those of the client that a translation may depend on
     * @param status what the upstream answered
     * @param upstreamHeaders its headers, names in lower case
     * @param body its body, as far as it came
     */
    public static Outcome of(
            ClaudeOpenAiTranslator translator,
            byte[] request,
            Map<String, String> headers,
            int status,
            Map<String, String> upstreamHeaders,
            byte[] body) {
        Translation translation;
        try {
            translation = translator.translate(translator.parse(request), headers);
        } catch (ClaudeException e) {
            return new Outcome(null, null, null, e.error());
        }
        byte[] sent = translation.body();
        if (status >= 400) {
            return new Outcome(sent, null, null, translation.error(status, upstreamHeaders, body));
        }
        return translation.streaming() ? streamed(translation, sent, body) : whole(translation, sent, body);
    }

    private static Outcome streamed(Translation translation, byte[] sent, byte[] body) {
        SseEncoder events = new SseEncoder();
        StreamTranslation stream =
                translation.stream((ClaudeEvent event) -> events.append(event.type(), ClaudeJson.bytes(event)));
        StreamBody reader = new StreamBody(stream);
        try {
            reader.accept(ByteBuffer.wrap(body));
            if (!stream.ended()) {
                reader.end();
            }
        } catch (ClaudeException e) {
            if (events.isEmpty()) {
                return new Outcome(sent, null, null, e.error());
            }
            stream.fail(e.error());
        }
        ByteBuffer drained = events.drain();
        byte[] text = new byte[drained.remaining()];
        drained.get(text);
        return new Outcome(sent, text, null, null);
    }

    private static Outcome whole(Translation translation, byte[] sent, byte[] body) {
        WholeBody reader = new WholeBody(translation);
        try {
            reader.accept(ByteBuffer.wrap(body));
            return new Outcome(sent, null, reader.message(), null);
        } catch (ClaudeException e) {
            return new Outcome(sent, null, null, e.error());
        }
    }
}
