package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.testkit.contract.FaultContract;

/** Every fault of the catalogue that a container leaves to the servlet, in an embedded Jetty. */
class JettyFaultsTest extends FaultContract {

    JettyFaultsTest() {
        super(new JettyTarget(), "faults-jetty.txt");
    }
}
