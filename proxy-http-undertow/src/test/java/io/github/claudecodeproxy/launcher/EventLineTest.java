package io.github.claudecodeproxy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class EventLineTest {

    @Test
    void oneLineWithoutSecretsAndControlCharacters() {
        Secrets secrets = Secrets.of(Map.of("OPENAI_API_KEY", "canary-key", "CUSTOM_HEADER_X", "canary-header"));
        Exception cause = new IllegalArgumentException("header canary-header\r\nbad");
        LoggingEvent event = new LoggingEvent(
                "x",
                new LoggerContext().getLogger("io.github.claudecodeproxy.http.Some"),
                Level.WARN,
                "call with canary-key\n\u001b[31mfailed",
                new IllegalStateException("outer", cause),
                new Object[0]);

        String line = new EventLine(secrets).doLayout(event);

        assertThat(line.lines()).hasSize(1);
        assertThat(line)
                .endsWith(System.lineSeparator())
                .contains("WARN  Some: call with ***\\n\\u001b[31mfailed")
                .contains("IllegalStateException: outer", "IllegalArgumentException: header ***\\r\\nbad")
                .doesNotContain("canary", "\u001b");
    }

    @Test
    void eachOfSeveralClientKeysIsASecret() {
        Secrets secrets = Secrets.of(Map.of("ANTHROPIC_API_KEY", "canary-of-ann, canary-of-bob"));
        assertThat(secrets.mask("ann has canary-of-ann and bob canary-of-bob")).isEqualTo("ann has *** and bob ***");
    }

    @Test
    void setsOnlyWhatIsNotSet() {
        Properties properties = new Properties();
        JvmSettings.apply(properties);
        assertThat(properties).containsEntry("jdk.httpclient.keepalive.timeout", "4");
        properties.setProperty("jdk.httpclient.keepalive.timeout", "20");
        JvmSettings.apply(properties);
        assertThat(properties).containsEntry("jdk.httpclient.keepalive.timeout", "20");
    }
}
