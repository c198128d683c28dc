package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.testkit.contract.FaultContract;

/** Every fault of the catalogue that a container leaves to the servlet, in an embedded Tomcat. */
class TomcatFaultsTest extends FaultContract {

    TomcatFaultsTest() {
        super(new TomcatTarget(), "faults.txt");
    }
}
