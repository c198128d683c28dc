package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.UpstreamApi;
import io.github.claudecodeproxy.testkit.fault.FaultSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The faults of the catalogue once more, with an upstream on the Responses API; those that end alike on every API are
 * left out. The table is printed and kept in {@code target/faults-responses.txt}.
 */
class UndertowResponsesFaultsTest {

    private static final FaultSuite SUITE = new FaultSuite(new UndertowTarget(UpstreamApi.RESPONSES));

    @TestFactory
    Stream<DynamicTest> faults() {
        return SUITE.tests();
    }

    @AfterAll
    static void report() throws IOException {
        System.out.println(SUITE.report());
        Files.writeString(Path.of("target", "faults-responses.txt"), SUITE.report());
    }
}
