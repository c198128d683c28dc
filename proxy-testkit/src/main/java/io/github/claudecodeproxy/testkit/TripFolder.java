package io.github.claudecodeproxy.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One trip on disk: what a client sends, what the upstream must get and answers, and what must come of it. The README
 * beside the trips says which file is what. Immutable; files are read anew by each call. No method takes or returns
 * null.
 *
 * @param folder where its files are
 * @param description its {@code case.json}
 */
public record TripFolder(Path folder, JsonNode description) {

    /** How the content of a message says that it is the answer of another trip. */
    private static final String ANSWER = "$answer:";

    /**
     * The trips of a directory whose names begin so, by name; at least one.
     *
     * @throws IllegalStateException when there is none
     */
    public static List<TripFolder> all(Path trips, String prefix) {
        try (Stream<Path> folders = Files.list(trips)) {
            List<TripFolder> found = folders.filter(folder -> Files.exists(folder.resolve("case.json")))
                    .filter(folder -> folder.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .map(TripFolder::read)
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalStateException("no trip of " + trips + " begins with " + prefix);
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TripFolder read(Path folder) {
        return new TripFolder(folder, json(folder.resolve("case.json")));
    }

    /** Another trip of the same directory. */
    public TripFolder sibling(String name) {
        return read(folder.resolveSibling(name));
    }

    /** Its name. */
    public String name() {
        return folder.getFileName().toString();
    }

    /** The name of its provider's profile. */
    public String provider() {
        return description.path("provider").asText("openai");
    }

    /** Which API is to be asked: {@code chat}, {@code responses} or {@code auto}; empty where the provider decides. */
    public String api() {
        return description.path("api").asText();
    }

    /** The upstream's models. */
    public Models models() {
        JsonNode models = description.path("models");
        String big = models.path("big").asText("gpt-4o");
        return new Models(
                big, models.path("middle").asText(big), models.path("small").asText("gpt-4o-mini"));
    }

    /**
     * The upstream's models in place of Claude's tiers.
     *
     * @param big for opus
     * @param middle for sonnet
     * @param small for haiku
     */
    public record Models(String big, String middle, String small) {}

    /** Whether a member of its description is true. */
    public boolean is(String member) {
        return description.path(member).booleanValue();
    }

    /** What the client sends in headers, by lower-case name. */
    public Map<String, String> clientHeaders() {
        return texts("client_headers");
    }

    /** What the upstream answers in headers. */
    public Map<String, String> upstreamHeaders() {
        return texts("headers");
    }

    /** The upstream's status: 200 unless it answers with an error. */
    public int status() {
        return description.path("status").asInt(200);
    }

    private Map<String, String> texts(String member) {
        Map<String, String> texts = new TreeMap<>();
        description
                .path(member)
                .properties()
                .forEach(text -> texts.put(text.getKey(), text.getValue().asText()));
        return texts;
    }

    /** Whether it has a file. */
    public boolean has(String file) {
        return Files.exists(folder.resolve(file));
    }

    /** The bytes of one of its files. */
    public byte[] bytes(String file) {
        try {
            return Files.readAllBytes(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of its files as UTF-8. */
    public String text(String file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    /** One of its files as JSON. */
    public JsonNode json(String file) {
        return json(folder.resolve(file));
    }

    /**
     * What the client sends. A message whose content is {@code $answer:NAME} gets what the trip of that name ended with.
     *
     * @param answer makes a trip and gives the content of the message that the client then has
     */
    public byte[] request(Function<TripFolder, JsonNode> answer) {
        byte[] bytes = bytes("claude-request.json");
        if (!new String(bytes, StandardCharsets.UTF_8).contains(ANSWER)) {
            return bytes;
        }
        JsonNode request = json("claude-request.json");
        for (JsonNode message : request.path("messages")) {
            String content = message.path("content").asText();
            if (message instanceof ObjectNode turn && content.startsWith(ANSWER)) {
                turn.set("content", answer.apply(sibling(content.substring(ANSWER.length()))));
            }
        }
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode json(Path file) {
        try {
            return Json.read(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(file.toString(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
