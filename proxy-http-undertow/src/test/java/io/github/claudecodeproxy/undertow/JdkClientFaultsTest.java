package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.fault.FaultSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every fault once more, with Java's own HTTP client. */
@Tag("slow")
class JdkClientFaultsTest {

    private static final FaultSuite SUITE = new FaultSuite(UndertowTarget.withJdkClient());

    @TestFactory
    Stream<DynamicTest> faults() {
        return SUITE.tests();
    }

    @AfterAll
    static void report() throws IOException {
        System.out.println(SUITE.report());
        Files.writeString(Path.of("target", "faults-jdk-client.txt"), SUITE.report());
    }
}
