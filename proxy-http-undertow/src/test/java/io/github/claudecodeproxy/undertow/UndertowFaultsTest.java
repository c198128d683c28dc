package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.contract.FaultContract;

/** Every fault of the catalogue, at the standalone server. */
class UndertowFaultsTest extends FaultContract {

    UndertowFaultsTest() {
        super(new UndertowTarget(), "faults.txt");
    }
}
