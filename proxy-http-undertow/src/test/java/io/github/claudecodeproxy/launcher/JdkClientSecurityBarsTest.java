package io.github.claudecodeproxy.launcher;

import org.junit.jupiter.api.Tag;

/** The bars of security once more, with Java's own HTTP client. */
@Tag("slow")
class JdkClientSecurityBarsTest extends SecurityBarsTest {

    @Override
    String upstreamClient() {
        return "jdk";
    }
}
