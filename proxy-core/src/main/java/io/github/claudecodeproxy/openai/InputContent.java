package io.github.claudecodeproxy.openai;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an item of the Responses API holds: a string, or a list of parts; exactly one of the two. Immutable.
 *
 * @param text the content as a string
 * @param parts the content as parts
 */
public record InputContent(@Nullable String text, @Nullable List<InputPart> parts) {

    public InputContent {
        if ((text == null) == (parts == null)) {
            throw new IllegalArgumentException("content is either a string or a list of parts");
        }
        parts = parts == null ? null : List.copyOf(parts);
    }

    /** Content as a string. */
    public static InputContent of(String text) {
        return new InputContent(text, null);
    }

    /** Content as parts. */
    public static InputContent of(List<InputPart> parts) {
        return new InputContent(null, parts);
    }

    @JsonValue
    Object wire() {
        return text != null ? text : List.copyOf(parts == null ? List.of() : parts);
    }
}
