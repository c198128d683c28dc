package io.github.claudecodeproxy.testkit.sdk;

import com.anthropic.client.AnthropicClient;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;

/** A product that runs between Anthropic's library and a scripted upstream. Calls are not retried upstream. */
public interface SdkBench extends AutoCloseable {

    /** The upstream. */
    ScriptedUpstream upstream();

    /**
     * The library in front of the product, with validation of responses.
     *
     * @param key the key of the client
     * @param retries how often the library tries again
     */
    AnthropicClient client(String key, int retries);

    /** Ends the product and the upstream; what the upstream found wrong fails. */
    @Override
    void close();
}
