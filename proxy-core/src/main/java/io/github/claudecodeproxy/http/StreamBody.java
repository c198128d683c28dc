package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.sse.SseDecoder;
import io.github.claudecodeproxy.sse.SseException;
import io.github.claudecodeproxy.translate.StreamTranslation;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The body of an upstream's answer on its way into a translation. Hosts answer a call for a stream with a whole JSON
 * document too, and label either wrongly, so the first character decides. One thread at a time.
 */
final class StreamBody {

    static final int LARGEST_JSON = 64 << 20;
    private static final int LARGEST_EVENT = 16 << 20;

    private final StreamTranslation stream;
    private final SseDecoder decoder;
    private final LimitedBytes document = new LimitedBytes(LARGEST_JSON);

    private BodyKind kind = BodyKind.UNKNOWN;
    private int events;

    StreamBody(StreamTranslation stream) {
        this.stream = stream;
        this.decoder = new SseDecoder(LARGEST_EVENT, this::event);
    }

    /** Takes the next bytes; throws {@link ClaudeException} as the translation does. */
    void accept(ByteBuffer bytes) {
        if (kind == BodyKind.UNKNOWN) {
            kind = BodyKind.of(bytes);
        }
        switch (kind) {
            case UNKNOWN -> {}
            case EVENTS -> limited(() -> decoder.accept(bytes));
            case DOCUMENT -> collect(bytes);
            case PAGE -> throw new ClaudeException(UpstreamErrors.notAnAnswer("a web page"));
        }
    }

    /** The body is complete; throws {@link ClaudeException} as the translation does. */
    void end() {
        switch (kind) {
            case UNKNOWN, PAGE -> {}
            case EVENTS -> limited(decoder::end);
            case DOCUMENT -> {
                byte[] json = document.toByteArray();
                stream.data(json, 0, json.length);
                stream.endWhole();
            }
        }
        stream.end();
    }

    /** How many events came so far. */
    int events() {
        return events;
    }

    private void event(@Nullable String name, byte[] data, int offset, int length) {
        events++;
        if ("error".equals(name)) {
            stream.error(data, offset, length);
        } else {
            stream.data(data, offset, length);
        }
    }

    private static void limited(Runnable decoding) {
        try {
            decoding.run();
        } catch (SseException e) {
            throw new ClaudeException(UpstreamErrors.tooLarge());
        }
    }

    private void collect(ByteBuffer bytes) {
        if (!document.accept(bytes)) {
            throw new ClaudeException(UpstreamErrors.tooLarge());
        }
    }
}
