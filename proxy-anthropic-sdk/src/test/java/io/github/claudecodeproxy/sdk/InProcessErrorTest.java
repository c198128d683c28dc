package io.github.claudecodeproxy.sdk;

import io.github.claudecodeproxy.testkit.sdk.AnthropicSdkErrorContract;

class InProcessErrorTest extends AnthropicSdkErrorContract {

    InProcessErrorTest() {
        super(InProcess.start("client-key"));
    }
}
