package io.github.claudecodeproxy.launcher;

import org.junit.jupiter.api.Tag;

/** TLS on both sides once more, with the client that shares the server's I/O threads. */
@Tag("slow")
class UndertowTlsTest extends TlsTest {

    @Override
    String upstreamClient() {
        return "undertow";
    }
}
