package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.provider.ProviderProfile.Api;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.sse.SseDecoder;
import io.github.claudecodeproxy.testkit.ClaudeGrammar;
import io.github.claudecodeproxy.testkit.TripFolder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** One folder under {@code trips/}, as this engine makes the trip. */
record Trip(TripFolder folder) {

    private static final Path TRIPS = Path.of("src", "test", "resources", "trips");

    /** How the folders begin that {@code -Dtrip=...} chooses; empty for every folder. */
    static final String CHOSEN = System.getProperty("trip", "");

    /** The chosen trips, in order; at least one. */
    static List<Trip> all() {
        return TripFolder.all(TRIPS, CHOSEN).stream().map(Trip::new).toList();
    }

    JsonNode description() {
        return folder.description();
    }

    boolean has(String file) {
        return folder.has(file);
    }

    byte[] bytes(String file) {
        return folder.bytes(file);
    }

    String text(String file) {
        return folder.text(file);
    }

    JsonNode json(String file) {
        return folder.json(file);
    }

    ClaudeOpenAiTranslator translator() {
        TripFolder.Models models = folder.models();
        return ClaudeOpenAiTranslator.builder()
                .profile(profile())
                .models(ModelMapper.tiers(models.big(), models.middle(), models.small()))
                .stateSecret("the same for all trips, so that one may go on where another ended")
                .strict(folder.is("strict"))
                .build();
    }

    private ProviderProfile profile() {
        ProviderProfile profile = Providers.builtIn().named(folder.provider()).orElseThrow();
        return folder.api().isEmpty()
                ? profile
                : profile.withApi(Api.valueOf(folder.api().toUpperCase(Locale.ROOT)));
    }

    /** Whether the upstream is asked on the Responses API. */
    boolean onResponses() {
        return translation().api() == Api.RESPONSES;
    }

    Translation translation() {
        return translation(translator());
    }

    Translation translation(ClaudeOpenAiTranslator translator) {
        byte[] request = folder.request(other -> new Trip(other).answer());
        return translator.translate(translator.parse(request), folder.clientHeaders());
    }

    /** The second try, with what the refusal of the first one teaches. */
    Translation healed() {
        Translation first = translation();
        return first.taught(first.lessons(folder.status(), bytes("upstream-error.json")));
    }

    /** The content of the message that the client has in the end. */
    JsonNode answer() {
        if (has("upstream.sse")) {
            return ClaudeGrammar.fold(stream(bytes("upstream.sse"), Integer.MAX_VALUE))
                    .path("content");
        }
        return ClaudeJson.mapper()
                .<JsonNode>valueToTree(translation().message(bytes("openai-response.json")))
                .path("content");
    }

    /** The text of the events that these bytes of the upstream become. */
    String stream(byte[] upstream, int bytesPerRead) {
        return stream(translation(), upstream, bytesPerRead);
    }

    static String stream(Translation translation, byte[] upstream, int bytesPerRead) {
        StringBuilder sse = new StringBuilder();
        StreamTranslation stream = translation.stream(event -> append(event, sse));
        SseDecoder decoder = decoder(stream);
        int step = Math.min(bytesPerRead, upstream.length);
        for (int i = 0; i < upstream.length; i += step) {
            decoder.accept(ByteBuffer.wrap(upstream, i, Math.min(step, upstream.length - i)));
        }
        decoder.end();
        stream.end();
        return sse.toString();
    }

    static SseDecoder decoder(StreamTranslation stream) {
        return new SseDecoder(1 << 20, (name, data, offset, length) -> {
            if ("error".equals(name)) {
                stream.error(data, offset, length);
            } else {
                stream.data(data, offset, length);
            }
        });
    }

    static void append(ClaudeEvent event, StringBuilder sse) {
        sse.append("event: ").append(event.type()).append("\ndata: ");
        sse.append(new String(ClaudeJson.bytes(event), StandardCharsets.UTF_8)).append("\n\n");
    }

    @Override
    public String toString() {
        return folder.name();
    }
}
