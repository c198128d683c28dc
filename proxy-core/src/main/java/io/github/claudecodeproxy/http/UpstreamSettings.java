package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.provider.Endpoint;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One upstream. Immutable.
 *
 * @param name how targets name it
 * @param baseUrl what its routes are appended to
 * @param key where its key comes from
 * @param azureApiVersion the {@code api-version} of Azure's classic routes; null elsewhere
 * @param provider how it differs from others
 * @param headers what every call to it carries besides the proxy's own, over which they win
 */
record UpstreamSettings(
        String name,
        URI baseUrl,
        UpstreamKey key,
        @Nullable String azureApiVersion,
        ProviderProfile provider,
        Map<String, String> headers) {

    Endpoint endpoint() {
        return Endpoint.of(baseUrl, azureApiVersion, provider);
    }

    /** Without what is secret in it. */
    @Override
    public String toString() {
        return name + " (" + provider.name() + ")";
    }
}
