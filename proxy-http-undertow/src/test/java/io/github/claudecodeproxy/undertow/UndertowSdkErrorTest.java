package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.sdk.AnthropicSdkErrorContract;

class UndertowSdkErrorTest extends AnthropicSdkErrorContract {

    UndertowSdkErrorTest() {
        super(RunningProxy.start(settings -> settings.clientKey("client-key")));
    }
}
