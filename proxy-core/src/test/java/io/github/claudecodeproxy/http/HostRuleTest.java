package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostRuleTest {

    private final HostRule loopback = new HostRule(HostRule.names(Set.of("localhost", "127.0.0.1", "[::1]")));
    private final HostRule local = new HostRule(HostRule.names(Set.of("*", "host.docker.internal")));

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8082", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8082"})
    void itsOwnNamesPass(String host) {
        assertThat(loopback.allows(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8082",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "evil@localhost",
                "localhost:80:80",
                "localhost:evil",
                "[::1",
                "[::1]evil",
                "",
                "127.0.0.2",
                "localhost:"
            })
    void othersDoNot(String host) {
        assertThat(loopback.allows(host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8082",
                "127.0.0.1",
                "192.168.1.7:8082",
                "[::1]:8082",
                "[fe80::1]",
                "[::ffff:10.0.0.1]",
                "claude-code-proxy",
                "proxy_1:8082",
                "host.docker.internal:8082"
            })
    void namesThatNoWebPageHasPass(String host) {
        assertThat(local.allows(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8082",
                "evil.",
                "127.0.0.1.evil.example",
                "evil@localhost",
                "[evil.example]",
                "other.docker.internal",
                "*",
                "",
                ":8082"
            })
    void namesThatAWebPageMayHaveDoNot(String host) {
        assertThat(local.allows(host)).isFalse();
    }

    @Test
    void aMissingHostDoesNotPassAList() {
        assertThat(loopback.allows(null)).isFalse();
        assertThat(new HostRule(Set.of()).allows(null)).isTrue();
        assertThat(new HostRule(Set.of()).allows("anything")).isTrue();
    }
}
