package io.github.claudecodeproxy.upstream;

import io.github.claudecodeproxy.undertow.UndertowClients;
import org.junit.jupiter.api.AfterAll;

class UndertowUpstreamClientTest extends UpstreamClientContract {

    private static final UndertowClients CLIENTS = new UndertowClients();

    @AfterAll
    static void stop() {
        CLIENTS.close();
    }

    @Override
    UpstreamClient client(ClientSetup setup) {
        return CLIENTS.client(setup.connectTimeout(), setup.tls(), setup.proxy());
    }
}
