package io.github.claudecodeproxy.launcher;

import org.junit.jupiter.api.Tag;

/** The bars of security once more, with the client that shares the server's I/O threads. */
@Tag("slow")
class UndertowSecurityBarsTest extends SecurityBarsTest {

    @Override
    String upstreamClient() {
        return "undertow";
    }
}
