package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.contract.FailureContract;

class UndertowFailureTest extends FailureContract {

    UndertowFailureTest() {
        super(new UndertowTarget());
    }
}
