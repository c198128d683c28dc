package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.provider.ProviderProfile.StructuredOutput;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form of the answer: a schema where the host takes one, else the schema in words, and JSON mode where there is one.
 *
 * @param responseFormat what the parameter says; null when it is not sent
 * @param instruction what the system message says; empty when it says nothing
 */
record OutputFormat(@Nullable JsonNode responseFormat, String instruction) {

    static OutputFormat of(ClaudeRequest request, ProviderProfile profile, Diagnostics diagnostics) {
        JsonNode format = format(request);
        if (format == null || !(format.get("schema") instanceof ObjectNode wanted)) {
            return new OutputFormat(null, "");
        }
        if (citing(request)) {
            throw new ClaudeException(
                    ClaudeError.Type.INVALID_REQUEST,
                    "output_config.format: cannot be used together with citations; switch one of them off");
        }
        ToolSchema cleaning = new ToolSchema(profile.tools());
        ObjectNode schema = cleaning.clean(wanted);
        if (cleaning.changed()) {
            diagnostics.add(Kind.SCHEMA_CHANGED, "output_config.format", "the schema lost what the provider refuses");
        }
        StructuredOutput form = profile.parameters().structuredOutput();
        boolean inWords = form == StructuredOutput.WORDS;
        if (inWords || form == StructuredOutput.JSON_OBJECT) {
            return new OutputFormat(
                    inWords ? null : JsonNodeFactory.instance.objectNode().put("type", "json_object"),
                    "Answer with nothing but a JSON object that follows this JSON schema:\n" + schema);
        }
        ObjectNode responseFormat = JsonNodeFactory.instance.objectNode().put("type", "json_schema");
        boolean strict = profile.parameters().strictSchemas() && StrictSchema.fits(schema);
        responseFormat
                .putObject("json_schema")
                .put("name", "output")
                .put("strict", strict)
                .set("schema", schema);
        return new OutputFormat(responseFormat, "");
    }

    /** The format that the client asks for, under its newer or its older name; null for none. */
    static @Nullable JsonNode format(ClaudeRequest request) {
        JsonNode newer =
                request.outputConfig() == null ? null : request.outputConfig().format();
        return newer != null && newer.isObject() ? newer : request.outputFormat();
    }

    private static boolean citing(ClaudeRequest request) {
        return request.messages().stream().anyMatch(message -> citing(message.content()));
    }

    private static boolean citing(List<ContentBlock> blocks) {
        for (ContentBlock block : blocks) {
            JsonNode citations = block instanceof ContentBlock.Document document
                    ? document.citations()
                    : block instanceof ContentBlock.SearchResult result ? result.citations() : null;
            boolean inside = block instanceof ContentBlock.ToolResult result
                    && result.content() != null
                    && citing(result.content());
            if (inside || (citations != null && citations.path("enabled").asBoolean())) {
                return true;
            }
        }
        return false;
    }
}
