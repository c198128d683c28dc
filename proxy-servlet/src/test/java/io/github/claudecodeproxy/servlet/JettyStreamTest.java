package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.testkit.contract.StreamContract;

class JettyStreamTest extends StreamContract {

    JettyStreamTest() {
        super(new JettyTarget());
    }
}
