package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class LeakingPropertiesTest {

    @Test
    void refusesPropertiesThatPrintKeys() {
        Properties properties = new Properties();
        properties.setProperty("jdk.httpclient.HttpClient.log", "errors,Headers");
        properties.setProperty("javax.net.debug", "ssl:record:plaintext");
        assertThat(JdkUpstreamClient.leakingProperties(properties)).hasSize(2);

        properties.setProperty("jdk.httpclient.HttpClient.log", "errors");
        properties.setProperty("javax.net.debug", "ssl:handshake");
        assertThat(JdkUpstreamClient.leakingProperties(properties)).isEmpty();
    }
}
