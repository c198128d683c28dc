package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which proxy the variables of all programs name. */
class ProxyVariablesTest {

    private static Map<String, String> variables(String assignments) {
        Map<String, String> variables = new TreeMap<>();
        for (String assignment : assignments.split(" ; ")) {
            String[] pair = assignment.split("=", 2);
            variables.put(pair[0].strip(), pair[1]);
        }
        return variables;
    }

    private static @Nullable String proxy(String upstream, String assignments) {
        ProxyVariables.Found found = ProxyVariables.of(URI.create(upstream), variables(assignments));
        return found == null ? null : found.variable() + " " + found.address();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "direct",
            value = {
                "https://api.openai.com/v1 | HTTPS_PROXY=http://p:3128                        | HTTPS_PROXY http://p:3128",
                "https://api.openai.com/v1 | https_proxy=http://a:b@p:3128                    | https_proxy http://a:b@p:3128",
                "https://api.openai.com/v1 | HTTPS_PROXY=http://p:1 ; https_proxy=http://p:2  | https_proxy http://p:2",
                "https://api.openai.com/v1 | HTTPS_PROXY=p:3128                               | HTTPS_PROXY http://p:3128",
                "https://api.openai.com/v1 | HTTPS_PROXY=http://p                             | HTTPS_PROXY http://p:80",
                "https://api.openai.com/v1 | ALL_PROXY=http://p:1                             | ALL_PROXY http://p:1",
                "https://api.openai.com/v1 | HTTP_PROXY=http://p:1                            | direct",
                "http://api.openai.com/v1  | HTTP_PROXY=http://p:1                            | HTTP_PROXY http://p:1",
                "http://api.openai.com/v1  | HTTPS_PROXY=http://p:1                           | direct",
                "https://api.openai.com/v1 | HTTPS_PROXY=http://p:1 ; NO_PROXY=openai.com     | direct",
                "https://api.openai.com/v1 | HTTPS_PROXY=http://p:1 ; no_proxy=.openai.com    | direct",
                "https://api.openai.com/v1 | HTTPS_PROXY=http://p:1 ; NO_PROXY=*.openai.com   | direct",
                "https://api.openai.com/v1 | HTTPS_PROXY=http://p:1 ; NO_PROXY=a b, API.openai.com | direct",
                "https://api.openai.com/v1 | HTTPS_PROXY=http://p:1 ; NO_PROXY=*              | direct",
                "https://api.openai.com/v1 | HTTPS_PROXY=http://p:1 ; NO_PROXY=penai.com      | HTTPS_PROXY http://p:1",
                "https://api.openai.com/v1 | HTTPS_PROXY=http://p:1 ; NO_PROXY=api.openai.com:443  | direct",
                "https://api.openai.com/v1 | HTTPS_PROXY=http://p:1 ; NO_PROXY=api.openai.com:8443 | HTTPS_PROXY http://p:1",
                "https://gpu.local:8443/v1 | HTTPS_PROXY=http://p:1 ; NO_PROXY=local:8443     | direct",
                "http://10.1.2.3:8000/v1   | HTTP_PROXY=http://p:1 ; NO_PROXY=10.0.0.0/8      | direct",
                "http://11.1.2.3:8000/v1   | HTTP_PROXY=http://p:1 ; NO_PROXY=10.0.0.0/8      | HTTP_PROXY http://p:1",
                "http://[fd00::1]:8000/v1  | HTTP_PROXY=http://p:1 ; NO_PROXY=fd00::/8        | direct",
                "http://[fd00::1]:8000/v1  | HTTP_PROXY=http://p:1 ; NO_PROXY=[fd00::1]:8000  | direct",
                "http://localhost:11434/v1 | HTTP_PROXY=http://p:1                            | direct",
                "http://127.0.0.1:11434/v1 | HTTP_PROXY=http://p:1 ; ALL_PROXY=http://p:2     | direct",
                "http://[::1]:11434/v1     | HTTP_PROXY=http://p:1                            | direct"
            })
    void theProxyThatCounts(String upstream, String assignments, @Nullable String expected) {
        assertThat(proxy(upstream, assignments)).isEqualTo(expected);
    }

    @Test
    void ourOwnVariableIsForEveryAddress() {
        ProxySettings settings = ProxySettings.read(Map.of(
                "OPENAI_API_KEY",
                "k",
                "UPSTREAM_PROXY",
                "http://own:1",
                "HTTPS_PROXY",
                "http://other:1",
                "NO_PROXY",
                "*"));
        assertThat(settings.upstreamProxy()).hasToString("http://own:1");
        assertThat(ProxySettings.read(Map.of("OPENAI_API_KEY", "k", "HTTPS_PROXY", "http://other:1"))
                        .upstreamProxy())
                .hasToString("http://other:1");
    }

    @ParameterizedTest
    @CsvSource({"socks5://canary:1", "https://canary:1", "http://canary:1/path", "'http://can ary:1'"})
    void whatIsNoHttpProxyIsNamedAndNotShown(String value) {
        assertThatThrownBy(() -> ProxySettings.read(Map.of("OPENAI_API_KEY", "k", "HTTPS_PROXY", value)))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        thrown -> assertThat(thrown.problems())
                                .singleElement()
                                .asString()
                                .startsWith("HTTPS_PROXY: ")
                                .doesNotContain("ary"));
    }
}
