package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.contract.FaultContract;
import org.junit.jupiter.api.Tag;

/** Every fault once more, with Java's own HTTP client. */
@Tag("slow")
class JdkClientFaultsTest extends FaultContract {

    JdkClientFaultsTest() {
        super(UndertowTarget.withJdkClient(), "faults-jdk-client.txt");
    }
}
