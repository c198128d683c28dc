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

/** Every fault once more, with the client that shares the server's I/O threads. */
@Tag("slow")
class UndertowUpstreamFaultsTest {

    private static final FaultSuite SUITE = new FaultSuite(new UndertowTarget(true));

    @TestFactory
    Stream<DynamicTest> faults() {
        return SUITE.tests();
    }

    @AfterAll
    static void report() throws IOException {
        System.out.println(SUITE.report());
        Files.writeString(Path.of("target", "faults-own-client.txt"), SUITE.report());
    }
}
