package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.openai.ResponsesEvent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of one response. Nearly all are the one before with another piece of text: such an event is recognised
 * by its bytes and not parsed. Whatever is different in any other way is. Used by one thread at a time.
 */
final class ResponsesEventParser {

    /** A provider whose events differ so often is not looked at any more. */
    private static final int MOST_MISSES = 16;

    private static final byte[] START = "\"delta\":\"".getBytes(StandardCharsets.US_ASCII);

    private static final String OTHER_TEXT = "another text";

    private @Nullable ResponsesEvent last;
    private @Nullable TextTemplate template;
    private int misses;

    /** The event; null when it is no JSON. */
    @Nullable
    ResponsesEvent parse(byte[] json, int offset, int length) {
        if (last != null && template != null) {
            String text = template.match(json, offset, length);
            if (text != null) {
                misses = 0;
                return last.withText(text);
            }
        }
        ResponsesEvent event = AnswerReader.parse(ResponsesEvent.class, json, offset, length);
        template = null;
        if (event != null && event.isPiece() && misses < MOST_MISSES) {
            misses++;
            last = event;
            TextTemplate bytes = TextTemplate.of(START, event.text(), json, offset, length);
            template = bytes != null && isPlaceOfText(event, bytes) ? bytes : null;
        }
        return event;
    }

    /** Tried out: what is only named like the text may stand elsewhere in the event. */
    private static boolean isPlaceOfText(ResponsesEvent event, TextTemplate bytes) {
        byte[] other = bytes.with(OTHER_TEXT);
        return event.withText(OTHER_TEXT).equals(AnswerReader.parse(ResponsesEvent.class, other, 0, other.length));
    }

    /** Whether the next event is recognised if it is the last one with another text. */
    boolean recognises() {
        return template != null;
    }
}
