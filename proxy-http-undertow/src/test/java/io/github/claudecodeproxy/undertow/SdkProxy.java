package io.github.claudecodeproxy.undertow;

import com.anthropic.client.AnthropicClient;
import io.github.claudecodeproxy.provider.ProviderProfile.Api;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TripFolder;
import io.github.claudecodeproxy.testkit.sdk.SdkClient;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A proxy as a trip wants it, and the official client library in front of it. */
final class SdkProxy implements AutoCloseable {

    private final RunningProxy proxy;
    private final SdkClient client;

    private SdkProxy(RunningProxy proxy) {
        this.proxy = proxy;
        this.client = new SdkClient(proxy.client("any-key", 0));
    }

    static SdkProxy of(TripFolder trip) {
        TripFolder.Models models = trip.models();
        return new SdkProxy(RunningProxy.start(settings -> settings.provider(
                        Providers.builtIn().named(trip.provider()).orElseThrow())
                .upstreamApi(api(trip))
                .bigModel(models.big())
                .middleModel(models.middle())
                .smallModel(models.small())
                .strict(trip.is("strict"))
                .stateSecret("the same for all trips, so that one may go on where another ended")));
    }

    private static @Nullable Api api(TripFolder trip) {
        return trip.api().isEmpty() ? null : Api.valueOf(trip.api().toUpperCase(Locale.ROOT));
    }

    /**
     * What trips that can share a proxy have in common. One that heals would teach it what others are to find out, and
     * some with an upstream that fails would make it spare the upstream.
     */
    static String kind(TripFolder trip) {
        boolean alone = trip.is("heals") || trip.status() >= 500;
        return trip.provider() + " " + trip.api() + " " + trip.models() + (trip.is("strict") ? " strict" : "")
                + (alone ? " " + trip : "");
    }

    ScriptedUpstream upstream() {
        return proxy.upstream();
    }

    AnthropicClient client() {
        return client.client();
    }

    @Override
    public void close() {
        client.close();
        proxy.close();
    }
}
