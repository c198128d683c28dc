package io.github.claudecodeproxy.openai;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One part of an item of the Responses API; the components that its type has are set. Immutable.
 *
 * @param type {@code input_text}, {@code input_image} or {@code input_file}
 * @param text the text
 * @param imageUrl a URL, which may be a {@code data:} URL
 * @param detail how closely a picture is looked at
 * @param filename the name of a file
 * @param fileData the file as a {@code data:} URL
 * @param fileUrl where the file is
 * @param promptCacheBreakpoint a prompt cache breakpoint behind the part
 */
@JsonInclude(NON_NULL)
public record InputPart(
        String type,
        @Nullable String text,
        @JsonProperty("image_url") @Nullable String imageUrl,
        @Nullable String detail,
        @Nullable String filename,
        @JsonProperty("file_data") @Nullable String fileData,
        @JsonProperty("file_url") @Nullable String fileUrl,

        @JsonProperty("prompt_cache_breakpoint") @Nullable JsonNode promptCacheBreakpoint) {

    /** A text that the model gets. */
    public static InputPart text(String text) {
        return new InputPart("input_text", text, null, null, null, null, null, null);
    }

    /** A picture, by URL or by {@code data:} URL. */
    public static InputPart image(String url) {
        return new InputPart("input_image", null, url, "auto", null, null, null, null);
    }

    /** A file by its {@code data:} URL. */
    public static InputPart file(String filename, String dataUrl) {
        return new InputPart("input_file", null, null, null, filename, dataUrl, null, null);
    }

    /** A file by the URL where it is. */
    public static InputPart fileAt(String url) {
        return new InputPart("input_file", null, null, null, null, null, url, null);
    }

    /** The same part with a prompt cache breakpoint behind it. */
    public InputPart withPromptCacheBreakpoint(@Nullable JsonNode value) {
        return new InputPart(type, text, imageUrl, detail, filename, fileData, fileUrl, value);
    }
}
