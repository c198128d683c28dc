package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.testkit.UpstreamApi;
import io.github.claudecodeproxy.testkit.contract.FaultContract;

/**
 * The faults of the catalogue once more, with an upstream on the Responses API; those that end alike on every API are
 * left out.
 */
class UndertowResponsesFaultsTest extends FaultContract {

    UndertowResponsesFaultsTest() {
        super(new UndertowTarget(UpstreamApi.RESPONSES), "faults-responses.txt");
    }
}
