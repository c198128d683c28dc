package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.contract.StreamContract;

class UndertowStreamTest extends StreamContract {

    UndertowStreamTest() {
        super(new UndertowTarget());
    }
}
