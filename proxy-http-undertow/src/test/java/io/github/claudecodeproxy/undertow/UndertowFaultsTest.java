package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.fault.FaultSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every fault of the catalogue, at the standalone server. The table is printed and kept in {@code target/faults.txt}. */
class UndertowFaultsTest {

    private static final FaultSuite SUITE = new FaultSuite(new UndertowTarget());

    @TestFactory
    Stream<DynamicTest> faults() {
        return SUITE.tests();
    }

    @AfterAll
    static void report() throws IOException {
        System.out.println(SUITE.report());
        Files.writeString(Path.of("target", "faults.txt"), SUITE.report());
    }
}
