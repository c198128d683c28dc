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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns the blocks of a user's turn into parts. What the upstream cannot take is replaced by a text that says so. */
final class ContentConverter {

    private final ProviderProfile profile;
    private final ModelData model;
    private final Diagnostics diagnostics;

    ContentConverter(ProviderProfile profile, ModelData model, Diagnostics diagnostics) {
        this.profile = profile;
        this.model = model;
        this.diagnostics = diagnostics;
    }

    /** A string when there is nothing but text, which every server takes; else the parts. */
    static ChatContent content(List<ContentPart> parts) {
        return parts.stream().allMatch(part -> part.text() != null)
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

    private void add(ContentBlock block, String path, List<ContentPart> parts) {
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
        } else if (block instanceof ContentBlock.Unknown unknown) {
            unknown(unknown, path, parts);
        } else {
            diagnostics.add(
                    Kind.CONTENT_DROPPED, path, "a " + block.type() + " block has no place here and was dropped");
        }
    }

    private static void text(String text, List<ContentPart> parts) {
        if (!text.isEmpty()) {
            parts.add(ContentPart.text(text));
        }
    }

    private ContentPart image(ContentBlock.Source source, String path) {
        if (!model.images()) {
            return placeholder(path, "image", "the model does not take images");
        }
        if (source.type().equals("base64")) {
            return ContentPart.image(dataUrl(source, path));
        }
        if (source.type().equals("url")) {
            return profile.conversation().imageUrls() || isDataUrl(source.url())
                    ? ContentPart.image(required(source.url(), path + ".source.url"))
                    : placeholder(path, "image", "the provider does not fetch images by URL");
        }
        throw unsupported(path + ".source.type", source.type());
    }

    private static boolean isDataUrl(@Nullable String url) {
        return url != null && url.startsWith("data:");
    }

    private void document(ContentBlock.Document document, String path, List<ContentPart> parts) {
        ContentBlock.Source source = document.source();
        switch (source.type()) {
            case "text" -> parts.add(ContentPart.text(header(document) + Objects.toString(source.data(), "")));
            case "content" -> {
                parts.add(ContentPart.text(header(document)));
                parts.addAll(parts(source.content() == null ? List.of() : source.content(), path + ".source.content"));
            }
            case "base64" ->
                parts.add(
                        profile.conversation().files() == ProviderProfile.Files.FILE
                                ? ContentPart.file(filename(document), dataUrl(source, path))
                                : placeholder(path, "document", "the provider does not take files"));
            case "url" -> parts.add(placeholder(path, "document", "the provider does not fetch documents by URL"));
            default -> throw unsupported(path + ".source.type", source.type());
        }
    }

    private static String header(ContentBlock.Document document) {
        StringBuilder header = new StringBuilder("[document");
        if (document.title() != null) {
            header.append(": ").append(document.title());
        }
        header.append("]\n");
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

    /** A newer client's block: its text is kept, if it has one. */
    private void unknown(ContentBlock.Unknown block, String path, List<ContentPart> parts) {
        JsonNode text = block.json().path("text");
        if (text.isTextual() && !text.textValue().isEmpty()) {
            diagnostics.add(
                    Kind.UNKNOWN_BLOCK,
                    path,
                    "a block of the unknown type " + printable(block.type()) + " was sent as its text");
            parts.add(ContentPart.text(text.textValue()));
        } else {
            diagnostics.add(
                    Kind.UNKNOWN_BLOCK,
                    path,
                    "a block of the unknown type " + printable(block.type()) + " was dropped");
        }
    }

    private ContentPart placeholder(String path, String what, String why) {
        diagnostics.add(Kind.CONTENT_REPLACED, path, "the " + what + " was left out: " + why);
        return ContentPart.text("[" + what + " left out: " + why + "]");
    }

    private static String dataUrl(ContentBlock.Source source, String path) {
        return "data:" + required(source.mediaType(), path + ".source.media_type") + ";base64,"
                + required(source.data(), path + ".source.data");
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
