package io.github.claudecodeproxy.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
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
            {"providers": [{"name": "x", "parameters": {"max_stop_sequences": "many"}}]}   | providers.x.parameters.max_stop_sequences: must be a whole number
            {"providers": [{"name": "x", "tools": {"parallel": null}}]}                    | providers.x.tools.parallel: must be true or false
            {"providers": [{"name": "x", "conversation": {"prefill": "maybe"}}]}           | providers.x.conversation.prefill: must be one of pass, prefix, partial, continue, refuse
            {"providers": [{"name": "x", "models": [{"reasoning": {}}]}]}                  | providers.x.models.0.match: must be a text
            {"providers": [{"name": "x", "models": {}}]}                                   | providers.x.models: must be a list
            {"providers": [{"name": "x", "models": [{"match": "a"}, {"match": "b", "parameters": {"top_k": 3.5}}]}]} | providers.x.models.1.parameters.top_k: must be true or false
            {"providers": [{"name": "x", "parameters": []}]}                               | providers.x.parameters: must be an object
            {"providers": [{"name": "x", "tools": {"choice": "auto"}}]}                    | providers.x.tools.choice: must be a list
            {"providers": [{"name": "x", "hosts": ["https://llm.acme.example/v1"]}]}       | providers.x.hosts: each must be a host
            {"providers": [{"name": "x"}, {"name": "X"}]}                                  | providers.x: is there twice
            {"models": [{"match": "m", "context_window": "1"}]}                            | models.0.context_window: must be a whole number
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

    @ParameterizedTest
    @CsvSource({
        "llm.acme.example:9000, https://llm.acme.example:9000/v1, true",
        "llm.acme.example:9000, https://llm.acme.example/v1, false",
        "127.0.0.1:9000, http://127.0.0.1:9000/v1, true",
        "llm.acme.example/team, https://llm.acme.example/team/v1, true",
        "llm.acme.example/team, https://llm.acme.example/other/v1, false",
        ".acme.example, https://llm.acme.example/v1, true",
        ".acme.example, https://acme.example/v1, false",
        ":9000, http://gpu:9000/v1, true",
        ":9000, https://llm.acme.example:9000/v1, false",
    })
    void hostsAreFoundInTheirForms(String host, URI baseUrl, boolean found) {
        Providers providers = with("{\"providers\": [{\"name\": \"acme\", \"hosts\": [\"" + host + "\"]}]}");
        assertThat(providers.forBaseUrl(baseUrl).name().equals("acme")).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource({
        "acme-large, Acme/ACME-Large, true",
        "ACME-Large, acme-large, true",
        "acme/*, acme/large, true",
        "acme/*, other/large, false",
        "acme/*, large, false",
        "large, ft:acme/large, true",
    })
    void modelsAreFoundInAnyCaseAndByVendor(String match, String model, boolean found) {
        assertThat(ModelPattern.of(match).matches(model)).isEqualTo(found);
    }

    @Test
    void whatWasFoundOutOfAModelHoldsForItAlone() throws IOException {
        ObjectMapper json = new ObjectMapper();
        ProviderProfile groq = Providers.builtIn().named("groq").orElseThrow();
        ProviderProfile found = groq.differing(
                "openai/gpt-oss-120b",
                json.readTree("{\"parameters\": {\"refused\": [\"top_p\"]}, \"reasoning\": {\"on\": {\"a\": 1}}}"),
                json.readTree("{\"max_output_tokens\": 99}"));
        assertThat(found.model("openai/gpt-oss-120b").maxOutputTokens()).isEqualTo(99);
        assertThat(found.model("gpt-4o").maxOutputTokens()).isEqualTo(16384);
        assertThat(found.reasoning().effortField()).as("of the model's variant").isEqualTo("reasoning_effort");
        assertThat(String.valueOf(found.reasoning().on())).isEqualTo("{\"a\":1}");
        assertThat(found.hosts()).isEqualTo(groq.hosts());
        ProviderProfile more = found.differing(
                "openai/gpt-oss-120b",
                json.readTree("{\"parameters\": {\"refused\": [\"stop\", \"top_p\"]}}"),
                json.createObjectNode());
        assertThat(more.parameters().refused()).containsExactly("top_p", "stop");
        assertThat(more.model("openai/gpt-oss-120b").maxOutputTokens()).isEqualTo(99);
        ObjectNode nothing = json.createObjectNode();
        assertThat(groq.forModel("openai/gpt-oss-120b").differing("openai/gpt-oss-120b", nothing, nothing))
                .usingRecursiveComparison()
                .ignoringFields("catalog")
                .isEqualTo(groq.forModel("openai/gpt-oss-120b"));
    }
}
