package io.github.claudecodeproxy.testkit.contract;

import io.github.claudecodeproxy.testkit.fault.FaultSuite;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Every fault of the catalogue that the product under test can meet. The table is printed and kept as a file. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class FaultContract {

    private final FaultSuite suite;
    private final Path table;

    /**
     * A suite for the product that this starts.
     *
     * @param table the name of the file, in {@code target}
     */
    protected FaultContract(ProxyTarget target, String table) {
        this.suite = new FaultSuite(target);
        this.table = Path.of("target", table);
    }

    @TestFactory
    final Stream<DynamicTest> faults() {
        return suite.tests();
    }

    @AfterAll
    final void report() throws IOException {
        System.out.println(suite.report());
        Files.writeString(table, suite.report());
    }
}
