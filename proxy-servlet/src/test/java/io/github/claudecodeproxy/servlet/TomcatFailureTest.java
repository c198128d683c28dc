package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.testkit.contract.FailureContract;

class TomcatFailureTest extends FailureContract {

    TomcatFailureTest() {
        super(new TomcatTarget());
    }
}
