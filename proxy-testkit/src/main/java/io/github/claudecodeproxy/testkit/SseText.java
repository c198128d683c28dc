package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of an Anthropic event stream, taken apart strictly: every frame is one {@code event: NAME} line, one {@code
 * data: JSON} line and an empty line, each ended by LF. The clients forgive more; a writer has no reason to rely on it.
 *
 * <p>Immutable. An event that breaks the framing so that it cannot be read is missing from {@link #events()}, and a
 * last frame without its empty line always is, because one client library loses it.
 *
 * @param events what could be read, in order
 * @param violations one sentence per deviation, empty when the framing is right
 */
public record SseText(List<StreamEvent> events, List<String> violations) {

    /** Copies both lists. */
    public SseText {
        events = List.copyOf(events);
        violations = List.copyOf(violations);
    }

    /** Reads a whole stream; never throws for what the stream contains. */
    public static SseText parse(String text) {
        Reader reader = new Reader();
        String[] lines = text.split("\n", -1);
        for (int number = 0; number < lines.length - 1; number++) {
            reader.line(number + 1, lines[number]);
        }
        reader.end(lines[lines.length - 1]);
        return new SseText(reader.events, reader.violations);
    }

    private static final class Reader {
        private final List<StreamEvent> events = new ArrayList<>();
        private final List<String> violations = new ArrayList<>();
        private @Nullable String name;
        private @Nullable String data;
        private int line;

        void line(int number, String text) {
            line = number;
            if (text.isEmpty()) {
                dispatch();
            } else if (text.indexOf('\r') >= 0) {
                violation("carriage return in: " + text);
            } else if (text.startsWith("event: ")) {
                name(text.substring("event: ".length()));
            } else if (text.startsWith("data: ")) {
                data(text.substring("data: ".length()));
            } else {
                violation("neither an event: nor a data: line: " + text);
            }
        }

        private void name(String value) {
            if (name != null) {
                violation("second event: line in one frame");
            } else if (data != null) {
                violation("event: line after the data: line");
            }
            name = value;
        }

        private void data(String value) {
            if (data != null) {
                violation("second data: line in one frame");
            }
            data = data == null ? value : data + "\n" + value;
        }

        private void dispatch() {
            if (name != null && data != null) {
                event(name, data);
            } else if (name != null) {
                violation("frame without a data: line");
            } else if (data != null) {
                violation("frame without an event: line");
            } else {
                violation("empty line outside a frame");
            }
            name = null;
            data = null;
        }

        private void event(String eventName, String json) {
            try {
                events.add(new StreamEvent(eventName, Json.read(json)));
            } catch (JsonProcessingException e) {
                violation("data is not JSON (" + e.getOriginalMessage() + "): " + json);
            }
        }

        void end(String rest) {
            line++;
            if (!rest.isEmpty()) {
                violation("last line has no line end: " + rest);
            } else if (name != null || data != null) {
                violation("last frame has no empty line after it");
            }
        }

        private void violation(String what) {
            violations.add("line " + line + ": " + what);
        }
    }
}
