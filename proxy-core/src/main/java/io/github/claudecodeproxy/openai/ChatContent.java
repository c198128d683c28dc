package io.github.claudecodeproxy.openai;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Content of a chat message: a string, or a list of parts; exactly one of the two. Immutable.
 *
 * @param text the content as a string
 * @param parts the content as parts
 */
public record ChatContent(@Nullable String text, @Nullable List<ContentPart> parts) {

    public ChatContent {
        if ((text == null) == (parts == null)) {
            throw new IllegalArgumentException("content is either a string or a list of parts");
        }
        parts = parts == null ? null : List.copyOf(parts);
    }

    /** Content as a string. */
    public static ChatContent of(String text) {
        return new ChatContent(text, null);
    }

    /** Content as parts. */
    public static ChatContent of(List<ContentPart> parts) {
        return new ChatContent(null, parts);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ChatContent read(JsonNode json) {
        if (!json.isArray()) {
            return of(json.asText());
        }
        List<ContentPart> parts = new ArrayList<>();
        json.forEach(part -> parts.add(new ContentPart(
                part.path("type").asText(),
                part.path("text").textValue(),
                part.get("image_url"),
                part.get("file"),
                part.path("document_url").textValue(),
                part.get("cache_control"),
                part.get("prompt_cache_breakpoint"))));
        return of(parts);
    }

    @JsonValue
    Object wire() {
        return text != null ? text : List.copyOf(parts == null ? List.of() : parts);
    }
}
