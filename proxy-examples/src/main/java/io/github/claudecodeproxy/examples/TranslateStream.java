package io.github.claudecodeproxy.examples;

import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import io.github.claudecodeproxy.translate.StreamTranslation;
import io.github.claudecodeproxy.translate.Translation;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** Translates a streamed answer event by event. */
public final class TranslateStream {

    private final ClaudeOpenAiTranslator translator =
            ClaudeOpenAiTranslator.builder().build();

    /** Translates for OpenAI. */
    public TranslateStream() {}

    /**
     * Answers a request of the Messages API with events.
     *
     * @param claudeRequest the JSON of the request, with {@code "stream": true}
     * @param upstream posts JSON to {@code /v1/chat/completions} and returns the data of each event as it arrives
     * @param client told each event of the answer
     */
    public void answer(byte[] claudeRequest, Function<byte[], Stream<String>> upstream, Consumer<ClaudeEvent> client) {
        Translation trip = translator.translate(translator.parse(claudeRequest));
        StreamTranslation answer = trip.stream(client);
        try (Stream<String> events = upstream.apply(trip.body())) {
            events.forEach(answer::data);
        }
        answer.end();
    }
}
