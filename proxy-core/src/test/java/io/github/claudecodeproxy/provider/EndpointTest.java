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
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            https://api.openai.com/v1                          | -           | https://api.openai.com/v1/responses
            https://host/v1/chat/completions                   | -           | https://host/v1/responses
            https://r.openai.azure.com                         | 2025-04-01-preview | https://r.openai.azure.com/openai/responses?api-version=2025-04-01-preview
            https://r.openai.azure.com/openai/                 | 2025-04-01-preview | https://r.openai.azure.com/openai/responses?api-version=2025-04-01-preview
            https://r.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=x | - | https://r.openai.azure.com/openai/responses?api-version=x
            https://r.openai.azure.com/openai/v1/              | 2024-10-21  | https://r.openai.azure.com/openai/v1/responses
            https://r.services.ai.azure.com/openai/v1          | -           | https://r.services.ai.azure.com/openai/v1/responses
            """)
    void responsesOfEachForm(String baseUrl, String apiVersion, String responses) {
        Endpoint endpoint =
                Endpoint.of(URI.create(baseUrl), apiVersion, Providers.builtIn().forBaseUrl(URI.create(baseUrl)));
        assertThat(endpoint.responses()).hasToString(responses);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com/v1, openai, Authorization, Bearer KEY",
        "https://eu.api.openai.com/v1, openai, Authorization, Bearer KEY",
        "https://API.OpenAI.com/v1, openai, Authorization, Bearer KEY",
        "https://r.openai.azure.com, azure, api-key, KEY",
        "https://r.openai.azure.us/openai/v1, azure, api-key, KEY",
        "https://r.cognitiveservices.azure.com/openai/v1, azure, api-key, KEY",
        "http://ollama:8000/v1, ollama, Authorization, Bearer KEY",
        "http://host.docker.internal:11434/v1, ollama, Authorization, Bearer KEY",
        "http://vllm/v1, vllm, Authorization, Bearer KEY",
        "http://localhost:30000/v1, sglang, Authorization, Bearer KEY",
        "http://sglang/v1, sglang, Authorization, Bearer KEY",
        "http://llama/v1, llamacpp, Authorization, Bearer KEY",
        "http://localhost:1234/v1, lmstudio, Authorization, Bearer KEY",
        "https://router.requesty.ai/v1, requesty, Authorization, Bearer KEY",
        "https://api.deepseek.com/beta, deepseek, Authorization, Bearer KEY",
        "https://api.moonshot.ai/v1, kimi, Authorization, Bearer KEY",
        "https://api.moonshot.cn/v1, kimi, Authorization, Bearer KEY",
        "https://api.z.ai/api/paas/v4, zai, Authorization, Bearer KEY",
        "https://api.z.ai/api/coding/paas/v4, zai, Authorization, Bearer KEY",
        "https://open.bigmodel.cn/api/paas/v4, zai, Authorization, Bearer KEY",
        "https://api.minimax.io/v1, minimax, Authorization, Bearer KEY",
        "https://api.minimaxi.com/v1, minimax, Authorization, Bearer KEY",
        "https://dashscope.aliyuncs.com/compatible-mode/v1, dashscope, Authorization, Bearer KEY",
        "https://dashscope-intl.aliyuncs.com/compatible-mode/v1, dashscope, Authorization, Bearer KEY",
        "https://dashscope-us.aliyuncs.com/compatible-mode/v1, dashscope, Authorization, Bearer KEY",
        "https://cn-hongkong.dashscope.aliyuncs.com/compatible-mode/v1, dashscope, Authorization, Bearer KEY",
        "https://coding-intl.dashscope.aliyuncs.com/v1, dashscope, Authorization, Bearer KEY",
        "https://generativelanguage.googleapis.com/v1beta/openai, gemini, Authorization, Bearer KEY",
        "https://api.mistral.ai/v1, mistral, Authorization, Bearer KEY",
        "https://codestral.mistral.ai/v1, mistral, Authorization, Bearer KEY",
        "https://api.groq.com/openai/v1, groq, Authorization, Bearer KEY",
        "https://api.x.ai/v1, xai, Authorization, Bearer KEY",
        "https://us-east-1.api.x.ai/v1, xai, Authorization, Bearer KEY",
        "https://api.together.ai/v1, together, Authorization, Bearer KEY",
        "https://api.together.xyz/v1, together, Authorization, Bearer KEY",
        "https://api.fireworks.ai/inference/v1, fireworks, Authorization, Bearer KEY",
        "https://models.github.ai/inference, github, Authorization, Bearer KEY",
        "https://models.github.ai/orgs/o/inference, github, Authorization, Bearer KEY",
        "https://api.cerebras.ai/v1, cerebras, Authorization, Bearer KEY",
        "https://fox.ai/v1, generic, Authorization, Bearer KEY",
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
