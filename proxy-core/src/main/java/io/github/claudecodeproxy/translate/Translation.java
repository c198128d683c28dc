package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import java.util.Map;
import java.util.function.Consumer;

/** Stub. */
public final class Translation {

    Translation() {}

    /** The provider's model. */
    public String upstreamModel() {
        throw new UnsupportedOperationException();
    }

    /** Whether the client asked for a stream. */
    public boolean streaming() {
        throw new UnsupportedOperationException();
    }

    /** JSON of the chat request, exactly sized. */
    public byte[] body() {
        throw new UnsupportedOperationException();
    }

    /** Translates a whole answer; throws ClaudeException when it reports an error or is not an answer. */
    public ClaudeMessage message(byte[] upstreamBody) {
        throw new UnsupportedOperationException();
    }

    /** Begins to translate a streamed answer. */
    public StreamTranslation stream(Consumer<ClaudeEvent> events) {
        throw new UnsupportedOperationException();
    }

    /** Translates an upstream's error response; headers by lower-case name. */
    public ClaudeError error(int status, Map<String, String> headers, byte[] body) {
        throw new UnsupportedOperationException();
    }
}
