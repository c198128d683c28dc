package io.github.claudecodeproxy.testkit;

import static io.github.claudecodeproxy.testkit.ChatRequestCheck.isText;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** One part of a content that is an array. */
final class ChatPartCheck {

    private static final Pattern IMAGE = Pattern.compile("data:image/(jpeg|png|gif|webp);base64,[A-Za-z0-9+/]+=*");
    private static final Pattern FILE = Pattern.compile("data:[a-z]+/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]+=*");
    private static final Pattern URL = Pattern.compile("https?://\\S+");

    private final ChatDialect dialect;
    private int marks;

    ChatPartCheck(ChatDialect dialect) {
        this.dialect = dialect;
    }

    int marks() {
        return marks;
    }

    void check(JsonNode part, Set<String> types, Place place) {
        String type = part.path("type").asText();
        place.expect(types.contains(type), "is of type " + part.path("type"));
        Set<String> members = new HashSet<>(dialect.texts("part_marks"));
        members.add("type");
        members.add(type);
        if (type.equals("document_url")) {
            members.add("document_name");
        }
        place.members(part, members);
        mark(part, place);
        switch (type) {
            case "text" -> place.expect(isText(part.path("text")), "text is " + part.path("text"));
            case "image_url" -> image(part.path("image_url"), place.at("image_url"));
            case "file" -> file(part.path("file"), place.at("file"));
            case "document_url" ->
                place.expect(isSource(part.path("document_url"), FILE), "is " + part.path("document_url"));
            default -> {}
        }
    }

    private void mark(JsonNode part, Place place) {
        if (part.has("cache_control")) {
            marks++;
            JsonNode mark = part.path("cache_control");
            Place inside = place.at("cache_control");
            inside.members(mark, Set.of("type", "ttl"));
            inside.expect(mark.path("type").asText().equals("ephemeral"), "is " + mark);
            inside.expect(!mark.has("ttl") || mark.path("ttl").asText().matches("5m|1h"), "is " + mark);
        }
        if (part.has("prompt_cache_breakpoint")) {
            marks++;
            JsonNode mark = part.path("prompt_cache_breakpoint");
            Place inside = place.at("prompt_cache_breakpoint");
            inside.members(mark, Set.of("mode", "ttl"));
            inside.expect(mark.path("mode").asText().equals("explicit"), "is " + mark);
            inside.expect(!mark.has("ttl") || mark.path("ttl").asText().matches("30m|12h"), "is " + mark);
        }
    }

    private void image(JsonNode image, Place place) {
        place.expect(
                dialect.has("image_forms", image.isTextual() ? "text" : "object"),
                "is a " + image.getNodeType() + ", which is not taken");
        JsonNode url = image;
        if (!image.isTextual()) {
            place.members(image, Set.of("url", "detail"));
            url = image.path("url");
        }
        String text = url.asText();
        boolean data = dialect.has("images", "data") && IMAGE.matcher(text).matches();
        boolean remote = dialect.has("images", "url") && URL.matcher(text).matches();
        place.expect(url.isTextual() && (data || remote), "is no image that is taken: " + image);
    }

    private void file(JsonNode file, Place place) {
        place.members(file, Set.of("filename", "file_data"));
        place.expect(isText(file.path("filename")), "has no filename");
        String data = file.path("file_data").asText();
        boolean inline = dialect.has("files", "file_data") && FILE.matcher(data).matches();
        boolean remote = dialect.has("files", "file_url") && URL.matcher(data).matches();
        place.expect(inline || remote, "is no file that is taken: " + file);
    }

    private static boolean isSource(JsonNode url, Pattern data) {
        return url.isTextual()
                && (URL.matcher(url.textValue()).matches()
                        || data.matcher(url.textValue()).matches());
    }
}
