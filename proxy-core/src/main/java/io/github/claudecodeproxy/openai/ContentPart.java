package io.github.claudecodeproxy.openai;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;

/**
 * One part of a message's content; the component named by the type is set. Immutable.
 *
 * @param type {@code text}, {@code image_url}, {@code file} or {@code document_url}
 * @param text the text
 * @param imageUrl an object with {@code url}, which may be a {@code data:} URL
 * @param file an object with {@code filename} and {@code file_data}
 * @param documentUrl a URL, which may be a {@code data:} URL, for providers that take documents so
 * @param cacheControl a prompt cache breakpoint, for providers that take Anthropic's form
 * @param promptCacheBreakpoint a prompt cache breakpoint in OpenAI's form
 */
@JsonInclude(NON_NULL)
public record ContentPart(
        String type,
        @Nullable String text,
        @JsonProperty("image_url") @Nullable JsonNode imageUrl,
        @Nullable JsonNode file,
        @JsonProperty("document_url") @Nullable String documentUrl,
        @JsonProperty("cache_control") @Nullable JsonNode cacheControl,

        @JsonProperty("prompt_cache_breakpoint") @Nullable JsonNode promptCacheBreakpoint) {

    private ContentPart(String type, @Nullable String text, @Nullable JsonNode imageUrl, @Nullable JsonNode file) {
        this(type, text, imageUrl, file, null, null, null);
    }

    /** A text part. */
    public static ContentPart text(String text) {
        return new ContentPart("text", text, null, null);
    }

    /** A picture, by URL or by {@code data:} URL. */
    public static ContentPart image(String url) {
        return new ContentPart(
                "image_url", null, JsonNodeFactory.instance.objectNode().put("url", url), null);
    }

    /** A file, by URL or by {@code data:} URL. */
    public static ContentPart file(String filename, String url) {
        return new ContentPart(
                "file",
                null,
                null,
                JsonNodeFactory.instance.objectNode().put("filename", filename).put("file_data", url));
    }

    /** A document, by URL or by {@code data:} URL. */
    public static ContentPart document(String url) {
        return new ContentPart("document_url", null, null, null, url, null, null);
    }

    /** The same part with a prompt cache breakpoint in Anthropic's form. */
    public ContentPart withCacheControl(@Nullable JsonNode value) {
        return new ContentPart(type, text, imageUrl, file, documentUrl, value, promptCacheBreakpoint);
    }

    /** The same part with a prompt cache breakpoint in OpenAI's form. */
    public ContentPart withPromptCacheBreakpoint(@Nullable JsonNode value) {
        return new ContentPart(type, text, imageUrl, file, documentUrl, cacheControl, value);
    }

    /** Whether a prompt cache breakpoint is behind this part. */
    @JsonIgnore
    public boolean marked() {
        return cacheControl != null || promptCacheBreakpoint != null;
    }
}
