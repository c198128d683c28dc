package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.Providers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One folder under {@code trips/}: what the client sends, what the upstream answers, and what must come of it. */
record Trip(Path folder, JsonNode description) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path TRIPS = Path.of("src", "test", "resources", "trips");

    /** How the folders begin that {@code -Dtrip=...} chooses; empty for every folder. */
    static final String CHOSEN = System.getProperty("trip", "");

    /** The chosen trips, in order; at least one. */
    static List<Trip> all() {
        try (Stream<Path> folders = Files.list(TRIPS)) {
            List<Trip> trips = folders.filter(folder -> Files.exists(folder.resolve("case.json")))
                    .filter(folder -> folder.getFileName().toString().startsWith(CHOSEN))
                    .sorted()
                    .map(folder -> new Trip(folder, json(folder.resolve("case.json"))))
                    .toList();
            if (trips.isEmpty()) {
                throw new IllegalStateException("no trip begins with " + CHOSEN);
            }
            return trips;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    boolean has(String file) {
        return Files.exists(folder.resolve(file));
    }

    byte[] bytes(String file) {
        try {
            return Files.readAllBytes(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text(String file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    JsonNode json(String file) {
        return json(folder.resolve(file));
    }

    /** The name of its provider's profile. */
    String provider() {
        return description.path("provider").asText("openai");
    }

    ClaudeOpenAiTranslator translator() {
        JsonNode models = description.path("models");
        String big = models.path("big").asText("gpt-4o");
        return ClaudeOpenAiTranslator.builder()
                .profile(Providers.builtIn().named(provider()).orElseThrow())
                .models(ModelMapper.tiers(
                        big,
                        models.path("middle").asText(big),
                        models.path("small").asText("gpt-4o-mini")))
                .build();
    }

    Translation translation() {
        ClaudeOpenAiTranslator translator = translator();
        return translator.translate(translator.parse(bytes("claude-request.json")));
    }

    Map<String, String> upstreamHeaders() {
        Map<String, String> headers = new TreeMap<>();
        description
                .path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        return headers;
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
