package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.testkit.contract.StreamContract;

class TomcatStreamTest extends StreamContract {

    TomcatStreamTest() {
        super(new TomcatTarget());
    }
}
