package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostRuleTest {

    private final HostRule loopback = new HostRule(HostRule.names(Set.of("localhost", "127.0.0.1", "[::1]")));

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

    @Test
    void aMissingHostDoesNotPassAList() {
        assertThat(loopback.allows(null)).isFalse();
        assertThat(new HostRule(Set.of()).allows(null)).isTrue();
        assertThat(new HostRule(Set.of()).allows("anything")).isTrue();
    }
}
