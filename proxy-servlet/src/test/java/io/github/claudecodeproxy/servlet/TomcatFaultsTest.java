package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.testkit.fault.FaultSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every fault of the catalogue that a container leaves to the servlet, in an embedded Tomcat. */
class TomcatFaultsTest {

    private static final FaultSuite SUITE = new FaultSuite(new TomcatTarget());

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
