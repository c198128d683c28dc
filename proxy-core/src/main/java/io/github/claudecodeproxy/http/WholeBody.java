package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.translate.MessageTranslation;
import io.github.claudecodeproxy.translate.Translation;
import java.nio.ByteBuffer;

/**
 * The body of an upstream's answer for a client that wants it whole: a JSON document, or events, from hosts that stream
 * whatever was asked, and where we asked for a stream ourselves. One thread at a time.
 */
final class WholeBody {

    private final MessageTranslation answer;
    private final StreamBody body;
    private long size;

    WholeBody(Translation translation) {
        this.answer = translation.whole();
        this.body = new StreamBody(answer.stream());
    }

    /** Takes the next bytes; throws {@link ClaudeException} when they are too many, or are an error. */
    void accept(ByteBuffer buffer) {
        size += buffer.remaining();
        if (size > StreamBody.LARGEST_JSON) {
            throw new ClaudeException(UpstreamErrors.tooLarge());
        }
        body.accept(buffer);
    }

    /** Whether the answer was cut off, so that nothing more of it is wanted. */
    boolean cutOff() {
        return answer.stream().ended() && !answer.stream().finished();
    }

    /** The message, when the body is complete; throws {@link ClaudeException} when it is none. */
    ClaudeMessage message() {
        if (!answer.stream().ended()) {
            body.end();
        }
        return answer.message();
    }
}
