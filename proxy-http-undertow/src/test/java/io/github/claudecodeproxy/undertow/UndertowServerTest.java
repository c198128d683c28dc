package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.contract.ServerContract;

class UndertowServerTest extends ServerContract {

    UndertowServerTest() {
        super(new UndertowTarget());
    }
}
