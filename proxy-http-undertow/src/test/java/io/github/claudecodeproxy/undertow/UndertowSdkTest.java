package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.sdk.AnthropicSdkContract;

class UndertowSdkTest extends AnthropicSdkContract {

    UndertowSdkTest() {
        super(RunningProxy.start());
    }
}
