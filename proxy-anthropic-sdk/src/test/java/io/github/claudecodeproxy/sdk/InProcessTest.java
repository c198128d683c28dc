package io.github.claudecodeproxy.sdk;

import io.github.claudecodeproxy.testkit.sdk.AnthropicSdkContract;

class InProcessTest extends AnthropicSdkContract {

    InProcessTest() {
        super(InProcess.start(null));
    }
}
