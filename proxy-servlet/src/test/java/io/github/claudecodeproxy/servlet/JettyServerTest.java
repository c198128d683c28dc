package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.testkit.contract.ServerContract;

class JettyServerTest extends ServerContract {

    JettyServerTest() {
        super(new JettyTarget());
    }
}
