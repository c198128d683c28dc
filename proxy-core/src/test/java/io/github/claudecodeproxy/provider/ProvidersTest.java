package io.github.claudecodeproxy.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Providers and models that a user adds with a file. */
class ProvidersTest {

    private static Providers with(String json) {
        return Providers.builtIn().with(json);
    }

    @Test
    void aNewProviderSaysOnlyWhatDiffersFromTheCautiousOne() {
        Providers providers = with("""
                {"providers": [{"name": "Acme", "hosts": ["llm.acme.example"], "parameters": {"top_k": true}}]}""");
        ProviderProfile acme = providers.forBaseUrl(URI.create("https://llm.acme.example/v1"));
        ProviderProfile generic = providers.named("generic").orElseThrow();
        assertThat(acme.name()).isEqualTo("acme");
        assertThat(acme.parameters().topK()).isTrue();
        assertThat(acme.tools()).isEqualTo(generic.tools());
        assertThat(providers.named("ACME")).contains(acme);
    }

    @Test
    void itMayExtendAnother() {
        Providers providers = with("""
                {"providers": [{"name": "gateway", "extends": "kimi", "conversation": {"image_urls": true}}]}""");
        ProviderProfile gateway = providers.named("gateway").orElseThrow();
        ProviderProfile kimi = providers.named("kimi").orElseThrow();
        assertThat(gateway.reasoning()).isEqualTo(kimi.reasoning());
        assertThat(gateway.conversation().imageUrls()).isTrue();
        assertThat(gateway.conversation().prefill())
                .isEqualTo(kimi.conversation().prefill());
        assertThat(gateway.hosts()).as("the hosts stay with the other one").isEmpty();
        assertThat(gateway.forModel("kimi-k3").reasoning().effortField()).isEqualTo("reasoning_effort");
        assertThat(gateway.forModel("kimi-k3").conversation().imageUrls()).isTrue();
    }

    @Test
    void itMayChangeABuiltInOne() {
        Providers providers = with("""
                {"providers": [{"name": "groq", "silence_seconds": 7,
                  "models": [{"match": "qwen*", "reasoning": {"efforts": ["none"]}}]}]}""");
        ProviderProfile groq = providers.named("groq").orElseThrow();
        assertThat(groq.silenceSeconds()).isEqualTo(7);
        assertThat(groq.hosts()).contains("api.groq.com");
        assertThat(groq.forModel("qwen/qwen3-32b").reasoning().efforts()).containsExactly("none");
        assertThat(groq.forModel("openai/gpt-oss-120b").reasoning().efforts()).contains("high");
        assertThat(Providers.builtIn().named("groq").orElseThrow().silenceSeconds())
                .isEqualTo(90);
    }

    @Test
    void itComesBeforeTheBuiltInOnes() {
        Providers providers = with("""
                {"providers": [{"name": "mine", "hosts": ["api.openai.com"]}]}""");
        assertThat(providers.forBaseUrl(URI.create("https://api.openai.com/v1")).name())
                .isEqualTo("mine");
        assertThat(providers.forBaseUrl(URI.create("https://unknown.example")).name())
                .isEqualTo("generic");
    }

    @Test
    void modelsComeBeforeTheBuiltInOnesAndMayHoldForOneProvider() {
        Providers providers = with("""
                {"models": [
                   // a deployment that is not named after its model
                   {"match": "chat-prod", "provider": "azure", "context_window": 400000, "system_role": "developer"},
                   {"match": "gpt-4o*", "max_output_tokens": 99}]}""");
        ProviderProfile azure = providers.named("azure").orElseThrow();
        ProviderProfile openai = providers.named("openai").orElseThrow();
        assertThat(azure.model("chat-prod").contextWindow()).isEqualTo(400000);
        assertThat(openai.model("chat-prod").contextWindow()).isNull();
        assertThat(openai.model("gpt-4o-mini").maxOutputTokens()).isEqualTo(99);
        assertThat(openai.model("gpt-4.1").maxOutputTokens()).isEqualTo(32768);
    }

    @Test
    void theWindowOnAServerOfOnesOwnIsKnownOnlyIfTheFileNamesTheServer() {
        Providers providers = with("""
                {"models": [{"match": "mine", "provider": "ollama", "context_window": 65536}]}""");
        ProviderProfile ollama = providers.named("ollama").orElseThrow();
        assertThat(ollama.model("gpt-oss:20b").contextWindow()).isNull();
        assertThat(ollama.model("gpt-oss:20b").images()).isFalse();
        assertThat(ollama.model("mine").contextWindow()).isEqualTo(65536);
        assertThat(providers
                        .named("groq")
                        .orElseThrow()
                        .model("openai/gpt-oss-20b")
                        .contextWindow())
                .isEqualTo(131072);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                                                                              | is not valid JSON
            []                                                                             | must be a JSON object
            {"provider": []}                                                               | provider: is no field of this file
            {"providers": {}}                                                              | providers: must be a list
            {"providers": ["x"]}                                                           | providers.0: must be an object
            {"providers": [{"hosts": []}]}                                                 | providers.0.name: must be a text
            {"providers": [{"name": "x", "extends": "nobody"}]}                            | providers.x.extends: there is no provider of that name
            {"providers": [{"name": "x", "topk": true}]}                                   | providers.x.topk: is no field of this file
            {"providers": [{"name": "x", "parameters": {"top_q": true}}]}                  | providers.x.parameters.top_q: is no field of this file
            {"providers": [{"name": "x", "parameters": {"max_stop_sequences": "many"}}]}   | providers.x.parameters.max_stop_sequences: Cannot deserialize
            {"providers": [{"name": "x", "tools": {"parallel": null}}]}                    | providers.x.tools.parallel: Cannot map
            {"providers": [{"name": "x", "conversation": {"prefill": "maybe"}}]}           | providers.x.conversation.prefill: Cannot deserialize
            {"providers": [{"name": "x", "models": [{"reasoning": {}}]}]}                  | providers.x.models.match: must be a text
            {"models": [{"match": "m", "window": 1}]}                                      | models.0.window: is no field of this file
            {"models": [{"context_window": 1}]}                                            | models.0
            """)
    void whatIsWrongIsSaidWithItsPlace(String json, String problem) {
        assertThatThrownBy(() -> with(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(problem)
                .message()
                .doesNotContain("\n");
    }
}
