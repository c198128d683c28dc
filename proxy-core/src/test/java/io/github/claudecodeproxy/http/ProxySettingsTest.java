package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.claudecodeproxy.provider.ProviderProfile.Api;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {

    private static ProxySettings read(String... pairs) {
        return ProxySettings.read(variables(pairs));
    }

    private static Map<String, String> variables(String... pairs) {
        Map<String, String> variables = new HashMap<>();
        variables.put("OPENAI_API_KEY", "sk-test");
        for (int i = 0; i < pairs.length; i += 2) {
            variables.put(pairs[i], pairs[i + 1]);
        }
        return variables;
    }

    private static List<String> problems(String... pairs) {
        SettingsException thrown = catchThrowableOfType(SettingsException.class, () -> read(pairs));
        assertThat(thrown).as("settings that cannot work").isNotNull();
        return thrown.problems();
    }

    @Test
    void onlyTheKeyIsRequired() {
        ProxySettings settings = read();
        assertThat(settings.baseUrl()).isEqualTo(URI.create("https://api.openai.com/v1"));
        assertThat(settings.provider().name()).isEqualTo("openai");
        assertThat(settings.bigModel()).isEqualTo("gpt-4o");
        assertThat(settings.middleModel()).isEqualTo("gpt-4o");
        assertThat(settings.smallModel()).isEqualTo("gpt-4o-mini");
        assertThat(settings.clientKeyRequired()).isFalse();
        assertThat(settings.maxTokensLimit()).isNull();
        assertThat(settings.minTokensLimit()).isNull();
        assertThat(settings.maxRetries()).isEqualTo(1);
        assertThat(settings.customHeaders()).isEmpty();
        assertThat(settings.logContent()).isFalse();
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void everyVariableIsRead() {
        ProxySettings settings = read(
                "ANTHROPIC_API_KEY", "client",
                "OPENAI_BASE_URL", "http://127.0.0.1:11434/v1",
                "BIG_MODEL", "big",
                "SMALL_MODEL", "small",
                "MAX_TOKENS_LIMIT", "8000",
                "MIN_TOKENS_LIMIT", "100",
                "REQUEST_TIMEOUT", "7",
                "MAX_RETRIES", "0",
                "LOG_CONTENT", "yes",
                "CUSTOM_HEADER_X_TEAM", "blue");
        assertThat(settings.clientKeys()).containsExactly(new ClientKey(null, "client"));
        assertThat(settings.provider().name()).isEqualTo("ollama");
        assertThat(settings.middleModel()).isEqualTo("big");
        assertThat(settings.smallModel()).isEqualTo("small");
        assertThat(settings.maxTokensLimit()).isEqualTo(8000);
        assertThat(settings.minTokensLimit()).isEqualTo(100);
        assertThat(settings.silence("big")).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.maxRetries()).isZero();
        assertThat(settings.logContent()).isTrue();
        assertThat(settings.customHeaders()).containsExactly(Map.entry("X-TEAM", "blue"));
    }

    @Test
    void anEmptyValueCountsAsNotSet() {
        ProxySettings settings = read(
                "ANTHROPIC_API_KEY",
                "",
                "BIG_MODEL",
                "",
                "MAX_TOKENS_LIMIT",
                "",
                "CUSTOM_HEADER_A",
                "",
                "PROVIDER",
                "");
        assertThat(settings.clientKeyRequired()).isFalse();
        assertThat(settings.bigModel()).isEqualTo("gpt-4o");
        assertThat(settings.customHeaders()).isEmpty();
        assertThat(problems("OPENAI_API_KEY", "")).singleElement().asString().startsWith("OPENAI_API_KEY: is missing");
    }

    @Test
    void allProblemsComeAtOnceAndNameTheirVariables() {
        List<String> problems = problems(
                "OPENAI_API_KEY", "canary key",
                "ANTHROPIC_API_KEY", "canary\n",
                "OPENAI_BASE_URL", "ftp://canary/",
                "PROVIDER", "canary",
                "MAX_TOKENS_LIMIT", "canary",
                "MIN_TOKENS_LIMIT", "-1",
                "REQUEST_TIMEOUT", "0",
                "MAX_RETRIES", "-1",
                "LOG_CONTENT", "canary",
                "BIG_MODEL", "canary\u0007",
                "CUSTOM_HEADER_HOST", "canary");
        assertThat(problems)
                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                .containsExactlyInAnyOrder(
                        "OPENAI_API_KEY",
                        "ANTHROPIC_API_KEY",
                        "OPENAI_BASE_URL",
                        "PROVIDER",
                        "MAX_TOKENS_LIMIT",
                        "MIN_TOKENS_LIMIT",
                        "REQUEST_TIMEOUT",
                        "MAX_RETRIES",
                        "LOG_CONTENT",
                        "BIG_MODEL",
                        "CUSTOM_HEADER_HOST");
        assertThat(String.join("\n", problems)).doesNotContain("canary");
    }

    @Test
    void clientKeysAreAListWithCommas() {
        assertThat(read("ANTHROPIC_API_KEY", "one-key").clientKeys()).containsExactly(new ClientKey(null, "one-key"));
        assertThat(read("ANTHROPIC_API_KEY", "one-key,another, third").clientKeys())
                .extracting(ClientKey::key)
                .containsExactly("one-key", "another", "third");
        assertThat(read("ANTHROPIC_API_KEY", "").clientKeys()).isEmpty();
        assertThat(read("ANTHROPIC_API_KEY", "one-key,your-expected-key").warnings())
                .singleElement()
                .asString()
                .startsWith("ANTHROPIC_API_KEY: ");
    }

    @Test
    void clientKeysMayHaveNames() {
        assertThat(read("ANTHROPIC_API_KEY", "alice=a-key,bob=b-key, bob=b-key==,c-key,ZGVm==")
                        .clientKeys())
                .containsExactly(
                        new ClientKey("alice", "a-key"),
                        new ClientKey("bob", "b-key"),
                        new ClientKey("bob", "b-key=="),
                        new ClientKey(null, "c-key"),
                        new ClientKey(null, "ZGVm=="));
    }

    @Test
    void aKeyHasOneSource() {
        Map<String, String> two = Map.of("OPENAI_API_KEY", "canary", "OPENAI_API_KEY_FILE", "canary-file");
        assertThatThrownBy(() -> ProxySettings.read(two))
                .hasMessageContaining("OPENAI_API_KEY, OPENAI_API_KEY_FILE: only one of them can be set");
        ProxySettings command = ProxySettings.read(Map.of("OPENAI_API_KEY_COMMAND", "echo key"));
        assertThat(command.upstreams().get(0).key().label()).isEqualTo("OPENAI_API_KEY_COMMAND");
        assertThat(command.stateSecret()).isNull();
        ProxySettings tier = read("BIG_BASE_URL", "http://127.0.0.1:1/v1", "BIG_API_KEY_FILE", "some-file");
        assertThat(tier.upstreams().get(1).key().label()).isEqualTo("BIG_API_KEY_FILE");
    }

    @Test
    void modelsThatEndSoonAreNamed() {
        ProxySettings settings = read("BIG_MODEL", "gpt-4o", "MIDDLE_MODEL", "gpt-5.4", "SMALL_MODEL", "gpt-5-nano");
        assertThat(settings.shutdowns(LocalDate.parse("2026-09-01"))).isEmpty();
        assertThat(settings.shutdowns(LocalDate.parse("2026-12-20")))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("gpt-4o is shut down by its provider on 2027-01-14"),
                        line -> assertThat(line).startsWith("gpt-5-nano was shut down by its provider on 2026-12-11"));
        assertThat(read("BIG_MODEL", "gpt-4o", "OPENAI_BASE_URL", "http://127.0.0.1:8000/v1")
                        .shutdowns(LocalDate.parse("2026-12-20")))
                .isEmpty();
    }

    @Test
    void aStateSecretCanBeChanged() {
        ProxySettings settings = read("STATE_SECRET", "new-secret, old-secret,older-secret");
        assertThat(settings.stateSecret()).isEqualTo("new-secret");
        assertThat(settings.oldStateSecrets()).containsExactly("old-secret", "older-secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"canary,", ",canary", "canary,,canary", ","})
    void aListOfKeysHasNoHoles(String keys) {
        assertThat(problems("ANTHROPIC_API_KEY", keys))
                .containsExactly("ANTHROPIC_API_KEY: has nothing between two commas, or before the first or behind the"
                        + " last");
    }

    @ParameterizedTest
    @ValueSource(strings = {"canary,b d", "canary ,b"})
    void eachKeyOfAListIsOneWord(String keys) {
        assertThat(problems("ANTHROPIC_API_KEY", keys))
                .singleElement()
                .asString()
                .startsWith("ANTHROPIC_API_KEY: ")
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"key ", " key", "key\n", "key\r", "k\u00e9y", "a b", "\u0000"})
    void keysAreOneWordOfAscii(String key) {
        assertThat(problems("OPENAI_API_KEY", key)).singleElement().asString().startsWith("OPENAI_API_KEY: ");
        assertThat(problems("ANTHROPIC_API_KEY", key))
                .singleElement()
                .asString()
                .startsWith("ANTHROPIC_API_KEY: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/v1",
                "host/v1",
                "http://",
                "http://user:secret@host/v1",
                "http://ho st/v1",
                "/v1",
                "http://host/v1#part",
                "http:///v1",
                "mailto:a@b",
                "http://host:99999/v1"
            })
    void baseUrlsThatCannotWorkAreRefused(String url) {
        assertThat(problems("OPENAI_BASE_URL", url))
                .isNotEmpty()
                .allSatisfy(problem ->
                        assertThat(problem).startsWith("OPENAI_BASE_URL: ").doesNotContain("secret"));
    }

    @Test
    void anUnknownProviderIsAnsweredWithTheKnownOnes() {
        assertThat(problems("PROVIDER", "nobody")).singleElement().asString().contains("openai", "azure", "ollama");
        assertThat(read("PROVIDER", "Ollama").provider().name()).isEqualTo("ollama");
    }

    @Test
    void theApiIsTheProvidersUnlessItIsSet() {
        assertThat(read().provider().api()).isEqualTo(Api.AUTO);
        assertThat(read("PROVIDER", "ollama").provider().api()).isEqualTo(Api.CHAT);
        assertThat(read("PROVIDER", "ollama", "UPSTREAM_API", "Responses")
                        .provider()
                        .forModel("gpt-oss:20b")
                        .api())
                .isEqualTo(Api.RESPONSES);
        assertThat(read("UPSTREAM_API", "chat").provider().api()).isEqualTo(Api.CHAT);
        assertThat(problems("UPSTREAM_API", "soap")).containsExactly("UPSTREAM_API: must be chat, responses or auto");
    }

    @Test
    void theWayThroughAProxyIsAnAddressThatIsNeverShown() {
        assertThat(read("UPSTREAM_PROXY", "http://user:p%40ss@proxy.test:3128").upstreamProxy())
                .hasHost("proxy.test")
                .hasPort(3128);
        for (String wrong : List.of("https://canary:3128", "http://canary", "canary", "http://u:can ary@proxy:1")) {
            assertThatThrownBy(() -> read("UPSTREAM_PROXY", wrong))
                    .isInstanceOfSatisfying(
                            SettingsException.class,
                            e -> assertThat(e.problems())
                                    .singleElement()
                                    .asString()
                                    .startsWith("UPSTREAM_PROXY: ")
                                    .doesNotContain("can"));
        }
    }

    @Test
    void hostsToAnswerAreAList() {
        assertThat(read("ALLOWED_HOSTS", "One.test, two.test:8080,").allowedHosts())
                .containsExactlyInAnyOrder("one.test", "two.test");
    }

    @Test
    void everyNameThatIsReadIsListed() {
        assertThat(ProxySettings.variables()).doesNotHaveDuplicates().contains("OPENAI_API_KEY", "UPSTREAM_PROXY");
    }

    @Test
    void anAzureApiVersionMeansAzureBehindAnyHost() {
        ProxySettings settings = read("OPENAI_BASE_URL", "https://gateway.test/llm", "AZURE_API_VERSION", "2024-10-21");
        assertThat(settings.provider().name()).isEqualTo("azure");
        assertThat(settings.upstreams().get(0).endpoint().chatCompletions("m").toString())
                .isEqualTo("https://gateway.test/llm/openai/deployments/m/chat/completions?api-version=2024-10-21");
    }

    @Test
    void silenceIsTheLongerOfProviderAndModel() {
        assertThat(read().silence("gpt-4o")).isEqualTo(Duration.ofSeconds(90));
        assertThat(read().silence("o3")).isEqualTo(Duration.ofMinutes(5));
        assertThat(read("PROVIDER", "ollama").silence("gpt-4o")).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void theOriginalLimitsGetAWarningThatSaysWhatTheyCause() {
        assertThat(read("MAX_TOKENS_LIMIT", "4096", "MIN_TOKENS_LIMIT", "4096").warnings())
                .singleElement()
                .asString()
                .contains("4096", "cut in half", "remove");
        assertThat(read("MAX_TOKENS_LIMIT", "4096").warnings()).isEmpty();
        assertThat(problems("MAX_TOKENS_LIMIT", "10", "MIN_TOKENS_LIMIT", "11"))
                .singleElement()
                .asString()
                .startsWith("MIN_TOKENS_LIMIT: ");
    }

    @Test
    void moreRetriesThanOneAreCappedWithAWarning() {
        ProxySettings settings = read("MAX_RETRIES", "5");
        assertThat(settings.maxRetries()).isEqualTo(1);
        assertThat(settings.warnings()).singleElement().asString().startsWith("MAX_RETRIES: ");
    }

    @Test
    void placeholderKeysGetAWarning() {
        assertThat(read("OPENAI_API_KEY", "sk-your-openai-api-key-here").warnings())
                .singleElement()
                .asString()
                .startsWith("OPENAI_API_KEY: ");
        assertThat(read("ANTHROPIC_API_KEY", "your-expected-key").warnings())
                .singleElement()
                .asString()
                .startsWith("ANTHROPIC_API_KEY: ");
    }

    @ParameterizedTest
    @CsvSource({"true,true", "TRUE,true", "1,true", "yes,true", "false,false", "0,false", "no,false"})
    void booleansHaveThreeSpellings(String text, boolean value) {
        assertThat(read("LOG_CONTENT", text).logContent()).isEqualTo(value);
    }

    @Test
    void customHeadersMayReplaceTheAuthorization() {
        assertThat(read("CUSTOM_HEADER_AUTHORIZATION", "Basic abc").customHeaders())
                .containsExactly(Map.entry("AUTHORIZATION", "Basic abc"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HOST", "CONNECTION", "CONTENT_LENGTH", "EXPECT", "UPGRADE", "TRANSFER_ENCODING", "TE", "TRAILER",
                "KEEP_ALIVE", "PROXY_AUTHORIZATION", "PROXY_CONNECTION", "HTTP2_SETTINGS", "", "A B", "A:B", "\u00c9"
            })
    void headerNamesThatBreakTheConnectionAreRefused(String name) {
        assertThat(problems("CUSTOM_HEADER_" + name, "canary"))
                .singleElement()
                .asString()
                .startsWith("CUSTOM_HEADER_")
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"canary\n", "canary\r\nX: y", "caf\u00e9 canary", "canary ", " canary", "can\u0000ary", " "})
    void headerValuesThatCannotTravelAreRefused(String value) {
        assertThat(problems("CUSTOM_HEADER_X_A", value))
                .singleElement()
                .asString()
                .startsWith("CUSTOM_HEADER_X_A: ")
                .doesNotContain("canary");
    }

    @Test
    void twoVariablesForOneHeaderAreRefused() {
        assertThat(problems("CUSTOM_HEADER_X_A", "1", "CUSTOM_HEADER_x_a", "2"))
                .singleElement()
                .asString()
                .contains("CUSTOM_HEADER_X_A", "CUSTOM_HEADER_x_a");
    }

    @Test
    void aBuilderObeysTheSameRules() {
        assertThatThrownBy(() -> ProxySettings.builder().build())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("OPENAI_API_KEY");
        assertThatThrownBy(() -> ProxySettings.builder()
                        .upstreamKey("k")
                        .customHeaders(Map.of("Host", "canary"))
                        .build())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("Host")
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() ->
                        ProxySettings.builder().upstreamKey("k").maxRetries(2).build())
                .isInstanceOf(SettingsException.class);
    }

    @Test
    void aCopyKeepsEverythingAndIsIndependent() {
        ProxySettings first = read("ANTHROPIC_API_KEY", "client", "MAX_RETRIES", "9", "CUSTOM_HEADER_A", "b");
        ProxySettings.Builder builder = first.toBuilder().allowedHosts(Set.of("LocalHost"));
        ProxySettings second = builder.build();
        builder.bigModel("changed");
        assertThat(second.clientKeys()).containsExactly(new ClientKey(null, "client"));
        assertThat(second.warnings()).isEqualTo(first.warnings()).isNotEmpty();
        assertThat(second.customHeaders()).isEqualTo(first.customHeaders());
        assertThat(second.allowedHosts()).containsExactly("localhost");
        assertThat(second.bigModel()).isEqualTo("gpt-4o");
        assertThat(first.allowedHosts()).isEmpty();
    }

    @Test
    void timesMustBePositive() {
        assertThatThrownBy(() -> ProxyTimeouts.defaults().withTotal(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("total");
    }
}
