package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.openai.ChatContent;
import io.github.claudecodeproxy.openai.ContentPart;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns the blocks of a user's turn into parts. What the upstream cannot take is replaced by a text that says so. */
final class ContentConverter {

    private static final Pattern FETCHED = Pattern.compile("(?:https?:|data:)", Pattern.CASE_INSENSITIVE);

    private static final String BROWSER_STATE = "browser_state";

    private final ProviderProfile.Conversation forms;
    private final ModelData model;
    private final CacheBreakpoints breakpoints;
    private final Diagnostics diagnostics;

    ContentConverter(ProviderProfile profile, ModelData model, CacheBreakpoints breakpoints, Diagnostics diagnostics) {
        this.forms = profile.conversation();
        this.model = model;
        this.breakpoints = breakpoints;
        this.diagnostics = diagnostics;
    }

    /** A string when there is nothing but text, which every server takes; else the parts. */
    static ChatContent content(List<ContentPart> parts) {
        return parts.stream().allMatch(part -> part.text() != null && !part.marked())
                ? ChatContent.of(joined(parts))
                : ChatContent.of(parts);
    }

    private static String joined(List<ContentPart> parts) {
        return paragraphs(parts.stream().map(ContentPart::text).toList());
    }

    /** Texts that stood in blocks of their own; a single one, the usual case, is not copied. */
    static String paragraphs(List<String> texts) {
        return texts.size() == 1 ? texts.get(0) : String.join("\n\n", texts);
    }

    /** The parts of these blocks, in order; blocks that hold nothing give none. */
    List<ContentPart> parts(List<ContentBlock> blocks, String path) {
        List<ContentPart> parts = new ArrayList<>(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            add(blocks.get(i), path + "." + i, parts);
        }
        return parts;
    }

    /** Adds the parts of one block. */
    void add(ContentBlock block, String path, List<ContentPart> parts) {
        int before = parts.size();
        if (block instanceof ContentBlock.Text text) {
            text(text.text(), parts);
        } else if (block instanceof ContentBlock.Image image) {
            parts.add(image(image.source(), path));
        } else if (block instanceof ContentBlock.Document document) {
            document(document, path, parts);
        } else if (block instanceof ContentBlock.SearchResult result) {
            searchResult(result, path, parts);
        } else if (block instanceof ContentBlock.ToolReference reference) {
            parts.add(ContentPart.text("[tool " + reference.toolName() + " is now available]"));
        } else if (block instanceof ContentBlock.WebSearchToolResult result) {
            webSearchResult(result, path, parts);
        } else if (block instanceof ContentBlock.Unknown unknown) {
            unknown(unknown, path, parts);
        } else if (!(block instanceof ContentBlock.ToolAddition || block instanceof ContentBlock.ToolRemoval)) {
            diagnostics.add(Kind.CONTENT_DROPPED, path, "a " + block.type() + " block has no place here");
        }
        breakpoints.mark(block.cacheControl(), before, parts);
    }

    private static void text(String text, List<ContentPart> parts) {
        if (!text.isEmpty()) {
            parts.add(ContentPart.text(text));
        }
    }

    private ContentPart image(ContentBlock.Source source, String path) {
        if (!source.type().equals("base64") && !source.type().equals("url")) {
            throw unsupported(path + ".source.type", source.type());
        }
        if (!model.images()) {
            return placeholder(path, "image", "the model does not take images");
        }
        if (source.type().equals("base64")) {
            return ContentPart.image(dataUrl(source, path));
        }
        String url = url(source, path);
        return forms.imageUrls() || url.startsWith("data:")
                ? ContentPart.image(url)
                : placeholder(path, "image", "the provider does not fetch images by URL");
    }

    private void document(ContentBlock.Document document, String path, List<ContentPart> parts) {
        ContentBlock.Source source = document.source();
        switch (source.type()) {
            case "text" -> parts.add(ContentPart.text(header(document) + Objects.toString(source.data(), "")));
            case "content" -> {
                text(header(document).stripTrailing(), parts);
                parts.addAll(parts(source.content() == null ? List.of() : source.content(), path + ".source.content"));
            }
            case "base64" -> {
                if (isText(source)) {
                    parts.add(ContentPart.text(header(document) + decoded(source, path)));
                } else {
                    context(document, parts);
                    parts.add(file(document, dataUrl(source, path), path));
                }
            }
            case "url" -> {
                String url = url(source, path);
                context(document, parts);
                parts.add(
                        forms.fileUrls()
                                ? file(document, url, path)
                                : placeholder(path, "document", "the provider does not fetch documents by URL"));
            }
            default -> throw unsupported(path + ".source.type", source.type());
        }
    }

    private static boolean isText(ContentBlock.Source source) {
        String type = Objects.toString(source.mediaType(), "");
        return type.startsWith("text/") || type.equals("application/json") || type.equals("application/xml");
    }

    private static String decoded(ContentBlock.Source source, String path) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(required(source.data(), path + ".source.data"));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ClaudeException(
                    ClaudeError.Type.INVALID_REQUEST, path + ".source.data: Input should be valid base64");
        }
    }

    private ContentPart file(ContentBlock.Document document, String url, String path) {
        return switch (forms.files()) {
            case NONE -> placeholder(path, "document", "the provider does not take files");
            case FILE -> ContentPart.file(filename(document), url);
            case DOCUMENT_URL -> ContentPart.document(url);
        };
    }

    /** What the model should know about a document that it gets as a file. */
    private static void context(ContentBlock.Document document, List<ContentPart> parts) {
        if (document.context() != null) {
            text(header(document).stripTrailing(), parts);
        }
    }

    private static String header(ContentBlock.Document document) {
        StringBuilder header = new StringBuilder();
        if (document.title() != null) {
            header.append("[document: ").append(document.title()).append("]\n");
        }
        if (document.context() != null) {
            header.append(document.context()).append('\n');
        }
        return header.toString();
    }

    private static String filename(ContentBlock.Document document) {
        String title = document.title() == null ? "document" : document.title();
        return title.endsWith(".pdf") ? title : title + ".pdf";
    }

    private void searchResult(ContentBlock.SearchResult result, String path, List<ContentPart> parts) {
        parts.add(ContentPart.text("[" + result.title() + "](" + result.source() + ")"));
        parts.addAll(parts(result.content(), path + ".content"));
    }

    /** A search of another server: what it found is known to the model only if it is told. */
    private void webSearchResult(ContentBlock.WebSearchToolResult result, String path, List<ContentPart> parts) {
        StringBuilder found = new StringBuilder();
        if (result.content().isArray()) {
            for (JsonNode hit : result.content()) {
                found.append("\n[")
                        .append(hit.path("title").asText())
                        .append("](")
                        .append(hit.path("url").asText());
                found.append(')');
            }
        }
        if (found.isEmpty()) {
            diagnostics.add(Kind.CONTENT_DROPPED, path, "a search without results was left out");
        } else {
            diagnostics.add(Kind.CONTENT_REPLACED, path, "results of a search were sent as text");
            parts.add(ContentPart.text("[web search results]" + found));
        }
    }

    /** A newer client's block: its text is kept, if it has one. */
    private void unknown(ContentBlock.Unknown block, String path, List<ContentPart> parts) {
        String text = textOf(block.json());
        if (block.type().equals(BROWSER_STATE)) {
            diagnostics.add(Kind.CONTENT_REPLACED, path, "the state of a browser was sent as text");
            parts.add(ContentPart.text("[browser state]\n" + block.json()));
        } else if (!text.isEmpty()) {
            diagnostics.add(
                    Kind.UNKNOWN_BLOCK,
                    path,
                    "a block of the unknown type " + printable(block.type()) + " was sent as its text");
            parts.add(ContentPart.text(text));
        } else {
            diagnostics.add(
                    Kind.UNKNOWN_BLOCK,
                    path,
                    "a block of the unknown type " + printable(block.type()) + " was dropped");
        }
    }

    /** The text of a block, under either name; a summary of an earlier conversation has the second. */
    private static String textOf(JsonNode block) {
        JsonNode text = block.path("text").isTextual() ? block.path("text") : block.path("content");
        return text.isTextual() ? text.textValue() : "";
    }

    private ContentPart placeholder(String path, String what, String why) {
        diagnostics.add(Kind.CONTENT_REPLACED, path, "the " + what + " was left out: " + why);
        return ContentPart.text("[" + what + " left out: " + why + "]");
    }

    private static String dataUrl(ContentBlock.Source source, String path) {
        return "data:" + required(source.mediaType(), path + ".source.media_type") + ";base64,"
                + required(source.data(), path + ".source.data");
    }

    /** Some servers would open a file of their own machine. */
    private static String url(ContentBlock.Source source, String path) {
        String url = required(source.url(), path + ".source.url");
        if (!FETCHED.matcher(url).lookingAt()) {
            throw new ClaudeException(
                    ClaudeError.Type.INVALID_REQUEST, path + ".source.url: Input should be a URL with http or https");
        }
        return url;
    }

    private static String required(@Nullable String value, String path) {
        if (value == null) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, path + ": Field required");
        }
        return value;
    }

    private static ClaudeException unsupported(String path, String type) {
        return new ClaudeException(
                ClaudeError.Type.INVALID_REQUEST,
                path + ": '" + printable(type) + "' is not supported here; send the data itself as 'base64'");
    }

    /** Names that a client chose end up in messages: short, and without signs that a terminal would obey. */
    static String printable(String name) {
        String shortened = name.length() > 64 ? name.substring(0, 64) + "..." : name;
        return shortened.replaceAll("\\p{Cntrl}", "?");
    }
}
