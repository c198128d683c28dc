package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A request out, an answer and a stream back; says what came of them. Loaded by {@link TranslationAloneTest}. */
public final class TranslationAlone implements Supplier<String> {

    private static final String REQUEST = "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":64,\"stream\":true,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    /** Nothing to set up. */
    public TranslationAlone() {}

    @Override
    public String get() {
        ClaudeOpenAiTranslator translator = ClaudeOpenAiTranslator.builder().build();
        Translation trip = translator.translate(translator.parse(REQUEST.getBytes(StandardCharsets.UTF_8)));
        String sent = new String(trip.body(), StandardCharsets.UTF_8);
        byte[] answer = "{\"choices\":[{\"message\":{\"content\":\"Good day.\"},\"finish_reason\":\"stop\"}]}"
                .getBytes(StandardCharsets.UTF_8);
        String message = new String(ClaudeJson.bytes(trip.message(answer)), StandardCharsets.UTF_8);
        List<String> events = new ArrayList<>();
        StreamTranslation stream = trip.stream(event -> events.add(event.type()));
        stream.data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Good day.\"},\"finish_reason\":\"stop\"}]}");
        stream.data("[DONE]");
        stream.end();
        return sent + "\n" + message + "\n" + events;
    }
}
