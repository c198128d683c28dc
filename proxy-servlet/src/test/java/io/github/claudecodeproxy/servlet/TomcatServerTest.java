package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.testkit.contract.ServerContract;

class TomcatServerTest extends ServerContract {

    TomcatServerTest() {
        super(new TomcatTarget());
    }
}
