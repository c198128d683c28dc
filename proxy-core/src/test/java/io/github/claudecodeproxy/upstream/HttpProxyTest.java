package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProxyTest extends HttpProxyContract {

    @Override
    UpstreamClient client(ClientSetup setup) {
        return JdkUpstreamClientTest.client(JdkUpstreamClient.builder(), setup);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://canary:1@proxy:3128",
                "http://canary",
                "http://canary:0",
                "http://canary:3128/path",
                "http://canary:3128?a=b",
                "canary:3128",
                "http://can_ary:3128"
            })
    void otherAddressesAreRefusedUnseen(String address) {
        assertThatThrownBy(() -> JdkUpstreamClient.builder().proxy(URI.create(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://host:port")
                .hasMessageNotContaining("canary");
    }
}
