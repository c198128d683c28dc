package io.github.claudecodeproxy.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # base URL                                         | api version | chat completions                                                                             | list of models
            https://api.openai.com/v1                          | -           | https://api.openai.com/v1/chat/completions                                                   | https://api.openai.com/v1/models
            https://api.openai.com/v1/                         | -           | https://api.openai.com/v1/chat/completions                                                   | https://api.openai.com/v1/models
            http://localhost:11434/v1                          | -           | http://localhost:11434/v1/chat/completions                                                   | http://localhost:11434/v1/models
            https://host/v1/chat/completions                   | -           | https://host/v1/chat/completions                                                             | https://host/v1/models
            https://r.openai.azure.com                         | 2024-10-21  | https://r.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21 | https://r.openai.azure.com/openai/models?api-version=2024-10-21
            https://r.openai.azure.com/openai/                 | 2024-10-21  | https://r.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21 | https://r.openai.azure.com/openai/models?api-version=2024-10-21
            https://r.openai.azure.com/openai/deployments/gpt  | 2024-10-21  | https://r.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21    | https://r.openai.azure.com/openai/models?api-version=2024-10-21
            https://r.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=x | - | https://r.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=x | https://r.openai.azure.com/openai/models?api-version=x
            https://r.openai.azure.com/openai/deployments/gpt?foo=1 | 2024-10-21 | https://r.openai.azure.com/openai/deployments/gpt/chat/completions?foo=1&api-version=2024-10-21 | https://r.openai.azure.com/openai/models?foo=1&api-version=2024-10-21
            https://host/v1/chat/completions                   | 2024-10-21  | https://host/v1/chat/completions?api-version=2024-10-21 | https://host/v1/models?api-version=2024-10-21
            https://r.openai.azure.com/openai/v1               | -           | https://r.openai.azure.com/openai/v1/chat/completions                                        | https://r.openai.azure.com/openai/v1/models
            https://r.openai.azure.com/openai/v1/              | 2024-10-21  | https://r.openai.azure.com/openai/v1/chat/completions                                        | https://r.openai.azure.com/openai/v1/models
            """)
    void routesOfEachForm(String baseUrl, String apiVersion, String chatCompletions, String models) {
        Endpoint endpoint =
                Endpoint.of(URI.create(baseUrl), apiVersion, Providers.builtIn().forBaseUrl(URI.create(baseUrl)));
        assertThat(endpoint.chatCompletions("my gpt")).hasToString(chatCompletions);
        assertThat(endpoint.models()).hasToString(models);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com/v1, openai, Authorization, Bearer KEY",
        "https://eu.api.openai.com/v1, openai, Authorization, Bearer KEY",
        "https://r.openai.azure.com/openai/v1, azure, api-key, KEY",
        "https://r.services.ai.azure.com/openai/v1, azure, api-key, KEY",
        "http://localhost:11434/v1, ollama, Authorization, Bearer KEY",
        "http://127.0.0.1:8000/v1, vllm, Authorization, Bearer KEY",
        "http://127.0.0.1:8080/v1, llamacpp, Authorization, Bearer KEY",
        "http://192.168.1.5:11434/v1, ollama, Authorization, Bearer KEY",
        "http://gpu:8000/v1, vllm, Authorization, Bearer KEY",
        "https://gateway.example.com:8080/v1, generic, Authorization, Bearer KEY",
        "https://openrouter.ai/api/v1, openrouter, Authorization, Bearer KEY",
        "https://api.deepseek.com, deepseek, Authorization, Bearer KEY",
        "https://llm.example.com/v1, generic, Authorization, Bearer KEY",
        "https://notopenrouter.ai/v1, generic, Authorization, Bearer KEY",
    })
    void profileAndKeyOfEachHost(String baseUrl, String profile, String header, String value) {
        ProviderProfile found = Providers.builtIn().forBaseUrl(URI.create(baseUrl));
        assertThat(found.name()).isEqualTo(profile);
        assertThat(Endpoint.of(URI.create(baseUrl), null, found).authentication("KEY"))
                .containsExactlyEntriesOf(java.util.Map.of(header, value));
    }

    @org.junit.jupiter.api.Test
    void aModelOfDotsIsNoStepUpInThePath() {
        URI base = URI.create("https://r.openai.azure.com");
        Endpoint endpoint = Endpoint.of(base, "2024-10-21", Providers.builtIn().forBaseUrl(base));
        assertThat(endpoint.chatCompletions("..").getRawPath())
                .isEqualTo("/openai/deployments/%2E%2E/chat/completions");
    }
}
