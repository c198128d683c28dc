package io.github.claudecodeproxy.sdk;

import io.github.claudecodeproxy.testkit.sdk.AnthropicSdkToolContract;

class InProcessToolTest extends AnthropicSdkToolContract {

    InProcessToolTest() {
        super(InProcess.start(null));
    }
}
