package io.github.claudecodeproxy.claude;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One piece of a message's content, told apart by its {@code type}. Open: a type this version does not know arrives as
 * {@link Unknown}, whole. Immutable, except that the {@link JsonNode}s inside must not be changed by anybody.
 *
 * @see <a href="https://docs.claude.com/en/api/messages">Messages API</a>
 */
@JsonTypeInfo(
        use = JsonTypeInfo.Id.NAME,
        include = JsonTypeInfo.As.EXISTING_PROPERTY,
        property = "type",
        visible = true,
        defaultImpl = ContentBlock.Unknown.class)
@JsonSubTypes({
    @JsonSubTypes.Type(name = "text", value = ContentBlock.Text.class),
    @JsonSubTypes.Type(name = "image", value = ContentBlock.Image.class),
    @JsonSubTypes.Type(name = "document", value = ContentBlock.Document.class),
    @JsonSubTypes.Type(name = "search_result", value = ContentBlock.SearchResult.class),
    @JsonSubTypes.Type(name = "thinking", value = ContentBlock.Thinking.class),
    @JsonSubTypes.Type(name = "redacted_thinking", value = ContentBlock.RedactedThinking.class),
    @JsonSubTypes.Type(name = "tool_use", value = ContentBlock.ToolUse.class),
    @JsonSubTypes.Type(name = "tool_result", value = ContentBlock.ToolResult.class),
    @JsonSubTypes.Type(name = "tool_reference", value = ContentBlock.ToolReference.class),
    @JsonSubTypes.Type(name = "tool_addition", value = ContentBlock.ToolAddition.class),
    @JsonSubTypes.Type(name = "tool_removal", value = ContentBlock.ToolRemoval.class),
    @JsonSubTypes.Type(name = "server_tool_use", value = ContentBlock.ServerToolUse.class),
    @JsonSubTypes.Type(name = "web_search_tool_result", value = ContentBlock.WebSearchToolResult.class),
})
@JsonInclude(NON_NULL)
@JsonPropertyOrder("type")
public interface ContentBlock {

    /** The wire name of this kind of block, never null. */
    @JsonProperty("type")
    String type();

    /** The prompt cache breakpoint behind this block; null when there is none. */
    default @Nullable JsonNode cacheControl() {
        return null;
    }

    /**
     * Plain text.
     *
     * @param text the text, possibly empty
     * @param citations where the text comes from; only in answers, and only with server tools
     * @param cacheControl a prompt cache breakpoint
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record Text(
            String text,
            @Nullable JsonNode citations,
            @JsonProperty("cache_control") @Nullable JsonNode cacheControl) implements ContentBlock {

        public Text {
            Wire.required(text, "text");
        }

        public Text(String text) {
            this(text, null, null);
        }

        @Override
        public String type() {
            return "text";
        }
    }

    /**
     * A picture.
     *
     * @param source where its bytes are
     * @param cacheControl a prompt cache breakpoint
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record Image(
            Source source,
            @JsonProperty("cache_control") @Nullable JsonNode cacheControl) implements ContentBlock {

        public Image {
            Wire.required(source, "source");
        }

        @Override
        public String type() {
            return "image";
        }
    }

    /**
     * A document: a PDF or text.
     *
     * @param source where its content is
     * @param title a title for the model
     * @param context what the model should know about it
     * @param citations whether the model is asked to cite it
     * @param cacheControl a prompt cache breakpoint
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record Document(
            Source source,
            @Nullable String title,
            @Nullable String context,
            @Nullable JsonNode citations,
            @JsonProperty("cache_control") @Nullable JsonNode cacheControl)
            implements ContentBlock {

        public Document {
            Wire.required(source, "source");
        }

        @Override
        public String type() {
            return "document";
        }
    }

    /**
     * A search hit that the client found by its own means.
     *
     * @param source where it was found, a URL as a rule
     * @param title its title
     * @param content its text blocks
     * @param citations whether the model is asked to cite it
     * @param cacheControl a prompt cache breakpoint
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record SearchResult(
            String source,
            String title,

            @JsonDeserialize(using = ContentDeserializer.class)
            List<ContentBlock> content,

            @Nullable JsonNode citations,
            @JsonProperty("cache_control") @Nullable JsonNode cacheControl)
            implements ContentBlock {

        public SearchResult {
            Wire.required(source, "source");
            Wire.required(title, "title");
            content = Wire.copy(content, "content");
        }

        @Override
        public String type() {
            return "search_result";
        }
    }

    /**
     * What the model thought before it answered.
     *
     * @param thinking the thought, possibly empty
     * @param signature opaque; the client gives it back unchanged
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record Thinking(String thinking, @Nullable String signature) implements ContentBlock {

        public Thinking {
            Wire.required(thinking, "thinking");
        }

        @Override
        public String type() {
            return "thinking";
        }
    }

    /**
     * Thinking that is not shown.
     *
     * @param data opaque; the client gives it back unchanged
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record RedactedThinking(String data) implements ContentBlock {

        public RedactedThinking {
            Wire.required(data, "data");
        }

        @Override
        public String type() {
            return "redacted_thinking";
        }
    }

    /**
     * A tool call by the model.
     *
     * @param id names the call; the result refers to it
     * @param name the tool
     * @param input the arguments, an object; what else a model once wrote is kept as it came
     * @param caller who called: the model itself, or code that it runs
     * @param toolsetName the toolset that the tool belongs to
     * @param cacheControl a prompt cache breakpoint
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record ToolUse(
            String id,
            String name,
            JsonNode input,
            @Nullable JsonNode caller,
            @JsonProperty("toolset_name") @Nullable String toolsetName,
            @JsonProperty("cache_control") @Nullable JsonNode cacheControl)
            implements ContentBlock {

        public ToolUse {
            Wire.required(id, "id");
            Wire.required(name, "name");
            Wire.required(input, "input");
        }

        @Override
        public String type() {
            return "tool_use";
        }
    }

    /**
     * What a tool call gave.
     *
     * @param toolUseId the call that it answers
     * @param content text, images, documents, references; null when the tool gave nothing
     * @param isError whether the tool failed
     * @param toolsetName the toolset that the tool belongs to
     * @param cacheControl a prompt cache breakpoint
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record ToolResult(
            @JsonProperty("tool_use_id") String toolUseId,

            @JsonDeserialize(using = ContentDeserializer.class) @Nullable
            List<ContentBlock> content,

            @JsonProperty("is_error") @Nullable Boolean isError,
            @JsonProperty("toolset_name") @Nullable String toolsetName,
            @JsonProperty("cache_control") @Nullable JsonNode cacheControl)
            implements ContentBlock {

        public ToolResult {
            Wire.required(toolUseId, "tool_use_id");
            content = Wire.copyOrNull(content, "content");
        }

        @Override
        public String type() {
            return "tool_result";
        }
    }

    /**
     * Names a deferred tool that the client has loaded; stands inside a tool result.
     *
     * @param toolName the tool
     * @param cacheControl a prompt cache breakpoint
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record ToolReference(
            @JsonProperty("tool_name") String toolName,
            @JsonProperty("cache_control") @Nullable JsonNode cacheControl) implements ContentBlock {

        public ToolReference {
            Wire.required(toolName, "tool_name");
        }

        @Override
        public String type() {
            return "tool_reference";
        }
    }

    /**
     * Offers a tool from here on; stands in a {@code system} message in mid-conversation.
     *
     * @param tool {@code {"type":"tool_definition","definition":{}}} or {@code {"type":"tool_reference","name":""}}
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record ToolAddition(JsonNode tool) implements ContentBlock {

        public ToolAddition {
            Wire.required(tool, "tool");
        }

        @Override
        public String type() {
            return "tool_addition";
        }
    }

    /**
     * Takes a tool from offer from here on; stands in a {@code system} message in mid-conversation.
     *
     * @param tool {@code {"type":"tool_reference","name":""}}
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record ToolRemoval(JsonNode tool) implements ContentBlock {

        public ToolRemoval {
            Wire.required(tool, "tool");
        }

        @Override
        public String type() {
            return "tool_removal";
        }
    }

    /**
     * A call of a tool that the server runs itself.
     *
     * @param id names the call; the result refers to it
     * @param name the tool, for example {@code web_search}
     * @param input the arguments
     * @param caller who called
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record ServerToolUse(
            String id,
            String name,
            JsonNode input,
            @Nullable JsonNode caller) implements ContentBlock {

        public ServerToolUse {
            Wire.required(id, "id");
            Wire.required(name, "name");
            Wire.required(input, "input");
        }

        @Override
        public String type() {
            return "server_tool_use";
        }
    }

    /**
     * What a search by the server gave.
     *
     * @param toolUseId the call that it answers
     * @param content a list of results, or an object with {@code error_code}
     * @param caller who called
     */
    @JsonInclude(NON_NULL)
    @JsonIgnoreProperties(value = "type", allowGetters = true)
    record WebSearchToolResult(
            @JsonProperty("tool_use_id") String toolUseId,
            JsonNode content,
            @Nullable JsonNode caller) implements ContentBlock {

        public WebSearchToolResult {
            Wire.required(toolUseId, "tool_use_id");
            Wire.required(content, "content");
        }

        @Override
        public String type() {
            return "web_search_tool_result";
        }
    }

    /**
     * A block of a type that this version does not know, kept as it came.
     *
     * @param json the whole block
     */
    record Unknown(@JsonValue ObjectNode json) implements ContentBlock {

        /** Keeps the block; its {@code type} is required. */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Unknown {
            Wire.required(json, "type");
            Wire.required(json.get("type"), "type");
        }

        @Override
        public String type() {
            return json.path("type").asText();
        }
    }

    /**
     * Where the bytes of an image or a document are.
     *
     * @param type {@code base64}, {@code url}, {@code file}, {@code text} or {@code content}; open
     * @param mediaType the media type of {@code data}
     * @param data base64, or the plain text when the type is {@code text}
     * @param url for type {@code url}
     * @param fileId for type {@code file}
     * @param content for type {@code content}: text and image blocks
     */
    @JsonInclude(NON_NULL)
    record Source(
            String type,
            @JsonProperty("media_type") @Nullable String mediaType,
            @Nullable String data,
            @Nullable String url,
            @JsonProperty("file_id") @Nullable String fileId,

            @JsonDeserialize(using = ContentDeserializer.class) @Nullable
            List<ContentBlock> content) {

        public Source {
            Wire.required(type, "type");
            content = Wire.copyOrNull(content, "content");
        }
    }
}
