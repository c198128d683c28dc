package io.github.claudecodeproxy.examples;

import io.github.claudecodeproxy.http.Loss;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.provider.Providers;
import java.net.URI;
import java.util.function.Consumer;

/** Settings for a provider that nobody knows here, with somebody who hears what is lost in translation. */
public final class OwnProvider {

    /** Says only what differs from the cautious profile {@code generic}; the README has all fields. */
    private static final String ACME = """
            {"providers": [{"name": "acme", "extends": "generic",
                            "parameters": {"max_tokens_field": "max_completion_tokens", "top_k": true},
                            "conversation": {"image_urls": true}}]}""";

    private OwnProvider() {}

    /** Settings for the provider at this address. */
    public static ProxySettings settings(URI baseUrl, String key, Consumer<Loss> losses) {
        Providers providers = Providers.builtIn().with(ACME);
        return ProxySettings.builder()
                .baseUrl(baseUrl)
                .upstreamKey(key)
                .providers(providers)
                .provider(providers.named("acme").orElseThrow())
                .bigModel("acme-large")
                .smallModel("acme-small")
                .losses(losses)
                .build();
    }
}
