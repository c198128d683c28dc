package io.github.claudecodeproxy.benchmarks;

import io.github.claudecodeproxy.provider.ProviderProfile.Api;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;
import java.util.Locale;

/** OpenAI, asked on either of its APIs. */
final class Upstreams {

    private Upstreams() {}

    /** A translator for {@code chat}, or for {@code responses}. */
    static ClaudeOpenAiTranslator translator(String api) {
        return ClaudeOpenAiTranslator.builder()
                .profile(Providers.builtIn()
                        .named("openai")
                        .orElseThrow()
                        .withApi(Api.valueOf(api.toUpperCase(Locale.ROOT))))
                .build();
    }
}
