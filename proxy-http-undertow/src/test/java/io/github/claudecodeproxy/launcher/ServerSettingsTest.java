package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-,         -,   127.0.0.1, true",
                "-,         key, 0.0.0.0,   false",
                "127.0.0.1, -,   127.0.0.1, true",
                "127.0.0.1, key, 127.0.0.1, true",
                "localhost, -,   localhost, true",
                "::1,       -,   ::1,       true",
                "0.0.0.0,   key, 0.0.0.0,   false",
                "::,        key, '::',      false"
            })
    void listensWhereItIsSafe(@Nullable String host, @Nullable String key, String listens, boolean loopback) {
        ServerSettings settings = settings(host, key, null);

        assertThat(settings.host()).isEqualTo(listens);
        assertThat(settings.loopback()).isEqualTo(loopback);
        assertThat(settings.open()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "::", "192.0.2.1", "[::]"})
    void refusesOtherMachinesWithoutKey(String host) {
        assertThat(ServerSettings.read(variables(host, null, null)).problems())
                .singleElement()
                .asString()
                .startsWith("HOST:")
                .contains("ANTHROPIC_API_KEY", "ALLOW_UNAUTHENTICATED");
        assertThat(ServerSettings.read(variables(host, null, "false")).problems())
                .hasSize(1);
    }

    @Test
    void theOptOutIsRemembered() {
        assertThat(settings("0.0.0.0", null, "TRUE").open()).isTrue();
        assertThat(settings("0.0.0.0", "key", "true").open()).isFalse();
        assertThat(settings(null, null, "true").host()).isEqualTo("127.0.0.1");
    }

    @Test
    void levelsInAnyCase() {
        for (ServerSettings.LogLevel level : ServerSettings.LogLevel.values()) {
            String name = level.name();
            String mixed = name.charAt(0) + name.substring(1).toLowerCase(java.util.Locale.ROOT);
            assertThat(Objects.requireNonNull(ServerSettings.read(Map.of("LOG_LEVEL", mixed))
                                    .settings())
                            .logLevel())
                    .isEqualTo(level);
        }
    }

    @Test
    void theLogIsTextOrJson() {
        for (String name : List.of("json", "JSON", " json ")) {
            assertThat(Objects.requireNonNull(ServerSettings.read(Map.of("LOG_FORMAT", name))
                                    .settings())
                            .logFormat())
                    .isEqualTo(ServerSettings.LogFormat.JSON);
        }
        assertThat(ServerSettings.read(Map.of("LOG_FORMAT", "canary")).problems())
                .containsExactly("LOG_FORMAT: must be one of TEXT, JSON");
    }

    @Test
    void theClientOfUpstreams() {
        assertThat(Objects.requireNonNull(ServerSettings.read(Map.of()).settings())
                        .upstreamClient())
                .isEqualTo(ServerSettings.UpstreamClientKind.UNDERTOW);
        assertThat(Objects.requireNonNull(ServerSettings.read(Map.of("UPSTREAM_CLIENT", "jdk"))
                                .settings())
                        .upstreamClient())
                .isEqualTo(ServerSettings.UpstreamClientKind.JDK);
        assertThat(ServerSettings.read(Map.of("UPSTREAM_CLIENT", "canary")).problems())
                .containsExactly("UPSTREAM_CLIENT: must be one of UNDERTOW, JDK");
    }

    @Test
    void aCertificateComesWithItsKey() {
        assertThat(ServerSettings.read(Map.of("TLS_CERT_FILE", "canary")).problems())
                .containsExactly("TLS_CERT_FILE, TLS_KEY_FILE: one is of no use without the other");
        assertThat(ServerSettings.read(Map.of("TLS_CERT_FILE", "canary", "TLS_KEY_FILE", "canary"))
                        .problems())
                .containsExactly(
                        "TLS_CERT_FILE, TLS_KEY_FILE: the certificate's file cannot be read; it must name a file"
                                + " in PEM form");
    }

    @Test
    void everyProblemAtOnce() {
        List<String> problems = ServerSettings.read(Map.of(
                        "HOST",
                        "no such host",
                        "PORT",
                        "canary",
                        "LOG_LEVEL",
                        "canary",
                        "ALLOW_UNAUTHENTICATED",
                        "canary"))
                .problems();

        assertThat(problems).hasSize(4).noneMatch(problem -> problem.contains("canary"));
        assertThat(String.join("\n", problems)).contains("HOST:", "PORT:", "LOG_LEVEL:", "ALLOW_UNAUTHENTICATED:");
    }

    @ParameterizedTest
    @CsvSource({"65536", "-1", "8082.0", "99999999999", "+80"})
    void refusesWhatIsNoPort(String port) {
        assertThat(ServerSettings.read(Map.of("PORT", port)).problems())
                .singleElement()
                .asString()
                .startsWith("PORT:");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, http://127.0.0.1:1",
        "localhost, http://127.0.0.1:1",
        "::1, http://[::1]:1",
        "[::1], http://[::1]:1"
    })
    void tellsHowToReachIt(String host, String url) {
        assertThat(settings(host, null, null).url(1)).isEqualTo(url);
        assertThat(settings("0.0.0.0", "key", null).url(1)).isEqualTo("http://127.0.0.1:1");
    }

    private static ServerSettings settings(@Nullable String host, @Nullable String key, @Nullable String allow) {
        ServerSettings.Outcome outcome = ServerSettings.read(variables(host, key, allow));
        assertThat(outcome.problems()).isEmpty();
        return Objects.requireNonNull(outcome.settings());
    }

    private static Map<String, String> variables(@Nullable String host, @Nullable String key, @Nullable String allow) {
        Map<String, String> variables = new HashMap<>();
        put(variables, "HOST", host);
        put(variables, "ANTHROPIC_API_KEY", key);
        put(variables, "ALLOW_UNAUTHENTICATED", allow);
        return variables;
    }

    private static void put(Map<String, String> variables, String name, @Nullable String value) {
        if (value != null) {
            variables.put(name, value);
        }
    }
}
