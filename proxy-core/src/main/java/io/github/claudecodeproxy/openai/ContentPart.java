package io.github.claudecodeproxy.openai;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;

/**
 * One part of a message's content; the component named by the type is set. Immutable.
 *
 * @param type {@code text}, {@code image_url} or {@code file}
 * @param text the text
 * @param imageUrl an object with {@code url}, which may be a {@code data:} URL
 * @param file an object with {@code filename} and {@code file_data}
 * @param cacheControl a prompt cache breakpoint, for providers that take one
 */
@JsonInclude(NON_NULL)
public record ContentPart(
        String type,
        @Nullable String text,
        @JsonProperty("image_url") @Nullable JsonNode imageUrl,
        @Nullable JsonNode file,
        @JsonProperty("cache_control") @Nullable JsonNode cacheControl) {

    /** A text part. */
    public static ContentPart text(String text) {
        return new ContentPart("text", text, null, null, null);
    }

    /** A picture, by URL or by {@code data:} URL. */
    public static ContentPart image(String url) {
        return new ContentPart(
                "image_url", null, JsonNodeFactory.instance.objectNode().put("url", url), null, null);
    }

    /** A file, its bytes in a {@code data:} URL. */
    public static ContentPart file(String filename, String dataUrl) {
        return new ContentPart(
                "file",
                null,
                null,
                JsonNodeFactory.instance.objectNode().put("filename", filename).put("file_data", dataUrl),
                null);
    }
}
