package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.testkit.contract.FailureContract;

class JettyFailureTest extends FailureContract {

    JettyFailureTest() {
        super(new JettyTarget());
    }
}
