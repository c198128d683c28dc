package io.github.claudecodeproxy.launcher;

import org.junit.jupiter.api.Tag;

/** TLS on both sides once more, with Java's own HTTP client. */
@Tag("slow")
class JdkClientTlsTest extends TlsTest {

    @Override
    String upstreamClient() {
        return "jdk";
    }
}
