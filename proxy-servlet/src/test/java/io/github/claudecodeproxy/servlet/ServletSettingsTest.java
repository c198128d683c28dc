package io.github.claudecodeproxy.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.claudecodeproxy.http.SettingsException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose settings win, and what must not be mixed. */
class ServletSettingsTest {

    private static final String PROPERTY = "BIG_MODEL";

    @AfterEach
    void clear() {
        System.clearProperty(PROPERTY);
    }

    private static ServletSettings read(
            Map<String, String> parameters, Map<String, String> ofContext, Map<String, String> environment) {
        return ServletSettings.read(new SettingsSources(new FakeConfig(parameters, ofContext), environment));
    }

    @Test
    void theNearestSourceWins() {
        Map<String, String> environment = Map.of("OPENAI_API_KEY", "k", "BIG_MODEL", "of-environment");
        assertThat(read(Map.of(), Map.of(), environment).proxy().bigModel()).isEqualTo("of-environment");
        System.setProperty(PROPERTY, "of-property");
        assertThat(read(Map.of(), Map.of(), environment).proxy().bigModel()).isEqualTo("of-property");
        Map<String, String> context = Map.of("BIG_MODEL", "of-context");
        assertThat(read(Map.of(), context, environment).proxy().bigModel()).isEqualTo("of-context");
        Map<String, String> parameter = Map.of("BIG_MODEL", "of-servlet");
        assertThat(read(parameter, context, environment).proxy().bigModel()).isEqualTo("of-servlet");
    }

    @Test
    void aKeyOfTheProcessStaysWithItsProvider() {
        Map<String, String> environment = Map.of(
                "OPENAI_API_KEY",
                "sk-of-the-process",
                "OPENAI_BASE_URL",
                "https://one.example/v1",
                "CUSTOM_HEADER_AUTHORIZATION",
                "canary");
        Map<String, String> elsewhere = Map.of("OPENAI_BASE_URL", "https://two.example/v1");
        assertThatThrownBy(() -> read(Map.of(), elsewhere, environment))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.problems())
                                .anyMatch(problem -> problem.startsWith("OPENAI_API_KEY: is missing"))
                                .noneMatch(problem -> problem.contains("sk-of") || problem.contains("canary")));

        Map<String, String> complete =
                Map.of("OPENAI_BASE_URL", "https://two.example/v1", "OPENAI_API_KEY", "sk-of-the-application");
        ServletSettings settings = read(Map.of(), complete, environment);
        assertThat(settings.proxy().customHeaders()).isEmpty();
        assertThat(settings.warnings()).anyMatch(line -> line.startsWith("CUSTOM_HEADER_AUTHORIZATION of the process"));

        Map<String, String> same = Map.of("OPENAI_BASE_URL", "https://one.example/v1");
        assertThat(read(Map.of(), same, environment).proxy().customHeaders()).hasSize(1);
    }

    @Test
    void otherUpstreamsAreReadAndTheirKeysStayWithTheirAddresses() {
        Map<String, String> environment = Map.of(
                "OPENAI_API_KEY", "k",
                "UPSTREAM_LAB_BASE_URL", "http://one.example/v1",
                "UPSTREAM_LAB_API_KEY", "sk-of-the-process",
                "FALLBACK_MODELS", "lab/qwen3");
        ServletSettings settings = read(Map.of(), Map.of(), environment);
        assertThat(settings.proxy().otherUpstreams()).containsOnlyKeys("lab");
        assertThat(settings.proxy().fallbacks()).hasToString("[lab/qwen3]");

        Map<String, String> elsewhere = Map.of("UPSTREAM_LAB_BASE_URL", "http://two.example/v1");
        assertThatThrownBy(() -> read(Map.of(), elsewhere, environment))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.problems())
                                .singleElement()
                                .asString()
                                .startsWith("UPSTREAM_LAB_API_KEY: is missing"));
    }

    @Test
    void withoutAClientKeyOnlyThisMachineIsAnswered() {
        Map<String, String> key = Map.of("OPENAI_API_KEY", "k");
        assertThat(read(key, Map.of(), Map.of()).proxy().loopbackOnly()).isTrue();
        Map<String, String> both = Map.of("OPENAI_API_KEY", "k", "ANTHROPIC_API_KEY", "of-clients");
        assertThat(read(both, Map.of(), Map.of()).proxy().loopbackOnly()).isFalse();
        Map<String, String> open = Map.of("OPENAI_API_KEY", "k", "ALLOW_UNAUTHENTICATED", "TRUE");
        ServletSettings everybody = read(open, Map.of(), Map.of());
        assertThat(everybody.proxy().loopbackOnly()).isFalse();
        assertThat(everybody.warnings()).anyMatch(line -> line.startsWith("ALLOW_UNAUTHENTICATED"));
    }

    @Test
    void everyProblemIsNamedWithoutItsValue() {
        Map<String, String> wrong = Map.of(
                "OPENAI_API_KEY",
                "k",
                "SHUTDOWN_GRACE",
                "canary",
                "ALLOW_UNAUTHENTICATED",
                "canary",
                "OPENAI_BASE_URL",
                "canary");
        assertThatThrownBy(() -> read(wrong, Map.of(), Map.of()))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.problems())
                                .hasSizeGreaterThanOrEqualTo(3)
                                .noneMatch(problem -> problem.contains("canary"))
                                .anyMatch(problem -> problem.startsWith("SHUTDOWN_GRACE: "))
                                .anyMatch(problem -> problem.startsWith("ALLOW_UNAUTHENTICATED: "))
                                .anyMatch(problem -> problem.startsWith("OPENAI_BASE_URL: ")));
    }

    @Test
    void theGraceIsSecondsAndThirtyUnlessSet() {
        Map<String, String> key = Map.of("OPENAI_API_KEY", "k");
        assertThat(read(key, Map.of(), Map.of()).grace()).isEqualTo(Duration.ofSeconds(30));
        Map<String, String> two = Map.of("OPENAI_API_KEY", "k", "SHUTDOWN_GRACE", "2");
        assertThat(read(two, Map.of(), Map.of()).grace()).isEqualTo(Duration.ofSeconds(2));
    }
}
