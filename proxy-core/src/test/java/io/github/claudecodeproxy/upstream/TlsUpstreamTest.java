package io.github.claudecodeproxy.upstream;

class TlsUpstreamTest extends TlsUpstreamContract {

    @Override
    UpstreamClient client(ClientSetup setup) {
        return JdkUpstreamClientTest.client(JdkUpstreamClient.builder(), setup);
    }
}
