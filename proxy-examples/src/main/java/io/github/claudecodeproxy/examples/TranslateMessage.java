package io.github.claudecodeproxy.examples;

import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import io.github.claudecodeproxy.translate.Translation;
import java.util.function.UnaryOperator;

/** Translates one request and its answer; how the bytes travel is the caller's affair. */
public final class TranslateMessage {

    private final ClaudeOpenAiTranslator translator;

    /** Translates for a local Ollama. */
    public TranslateMessage() {
        ProviderProfile ollama = Providers.builtIn().named("ollama").orElseThrow();
        translator = ClaudeOpenAiTranslator.builder()
                .profile(ollama)
                .models(ModelMapper.tiers("qwen3:32b", "qwen3:32b", "qwen3:8b"))
                .build();
    }

    /**
     * Answers a request of the Messages API.
     *
     * @param claudeRequest the JSON of the request
     * @param upstream posts JSON to {@code /v1/chat/completions} and returns the JSON of the answer
     * @return the JSON of the message
     */
    public byte[] answer(byte[] claudeRequest, UnaryOperator<byte[]> upstream) {
        Translation trip = translator.translate(translator.parse(claudeRequest));
        byte[] chatCompletion = upstream.apply(trip.body());
        return ClaudeJson.bytes(trip.message(chatCompletion));
    }
}
