package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.sdk.AnthropicSdkToolContract;

class UndertowSdkToolTest extends AnthropicSdkToolContract {

    UndertowSdkToolTest() {
        super(RunningProxy.start());
    }
}
