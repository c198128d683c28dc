package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.translate.Translation;
import java.nio.ByteBuffer;

/** The body of an upstream's whole answer: a JSON document, or, from hosts that stream whatever was asked, events. */
final class WholeBody {

    private final Translation translation;
    private final LimitedBytes bytes = new LimitedBytes(StreamBody.LARGEST_JSON);

    WholeBody(Translation translation) {
        this.translation = translation;
    }

    /** Takes the next bytes; throws {@link ClaudeException} when they are too many. */
    void accept(ByteBuffer buffer) {
        if (!bytes.accept(buffer)) {
            throw new ClaudeException(UpstreamErrors.tooLarge());
        }
    }

    /** The message, when the body is complete; throws {@link ClaudeException} when it is none. */
    ClaudeMessage message() {
        byte[] body = bytes.toByteArray();
        BodyKind kind = BodyKind.of(ByteBuffer.wrap(body));
        if (kind == BodyKind.PAGE) {
            throw new ClaudeException(UpstreamErrors.notAnAnswer("a web page"));
        }
        if (kind != BodyKind.EVENTS) {
            return translation.message(body);
        }
        return translation.collect(answer -> {
            StreamBody stream = new StreamBody(answer);
            stream.accept(ByteBuffer.wrap(body));
            stream.end();
        });
    }
}
