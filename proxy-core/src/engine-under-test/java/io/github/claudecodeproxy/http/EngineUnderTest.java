package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.testkit.fault.ProxySetup;
import io.github.claudecodeproxy.upstream.JdkUpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** An engine with its upstream client, as the testkit wants it, for an adapter to stand in front of. */
public final class EngineUnderTest implements AutoCloseable {

    private final UpstreamClient client;
    private final ProxyEngine engine;

    private EngineUnderTest(ProxySettings settings, UpstreamClient client, int speed) {
        this.client = client;
        this.engine = FastEngine.of(settings, client, speed);
    }

    /** As a launcher sets it up where only this machine connects, but for what the setup says. */
    public static EngineUnderTest start(URI upstream, ProxySetup setup, UnaryOperator<ProxySettings.Builder> change) {
        return start(upstream, setup, change, EngineUnderTest::jdkClient);
    }

    /** The same with another client; the time is how long a connection may take. */
    public static EngineUnderTest start(
            URI upstream,
            ProxySetup setup,
            UnaryOperator<ProxySettings.Builder> change,
            BiFunction<ProxySetup, Duration, UpstreamClient> clients) {
        Map<String, String> variables = new HashMap<>(setup.variables());
        variables.put("OPENAI_BASE_URL", upstream.toString());
        ProxySettings settings = change.apply(ProxySettings.read(variables).toBuilder()
                        .allowedHosts(Set.of("localhost", "127.0.0.1", "[::1]")))
                .build();
        Duration connect = setup.timers()
                .getOrDefault(ProxySetup.Timer.CONNECT, settings.timeouts().connect());
        return new EngineUnderTest(settings, clients.apply(setup, connect), setup.speed());
    }

    private static UpstreamClient jdkClient(ProxySetup setup, Duration connect) {
        JdkUpstreamClient.Builder builder = JdkUpstreamClient.builder().connectTimeout(connect);
        if (setup.tls() != null) {
            builder.sslContext(setup.tls());
        }
        if (setup.proxies() != null) {
            builder.proxySelector(setup.proxies());
        }
        return builder.build();
    }

    /** One that throws this in every call. */
    public static EngineUnderTest startThrowing(URI upstream, Error thrown) {
        AtomicBoolean started = new AtomicBoolean();
        ProxySettings settings = ProxySettings.builder()
                .upstreamKey("unused")
                .baseUrl(upstream)
                .models(request -> {
                    if (started.get()) {
                        throw thrown;
                    }
                    return new ModelTarget(request.model());
                })
                .build();
        EngineUnderTest running =
                new EngineUnderTest(settings, JdkUpstreamClient.builder().build(), 1);
        started.set(true);
        return running;
    }

    /** What is wrong with these variables. */
    public static List<String> problems(Map<String, String> variables) {
        try {
            ProxySettings unused = ProxySettings.read(variables);
            return List.of();
        } catch (SettingsException e) {
            return e.problems();
        }
    }

    /** The engine. */
    public ProxyEngine engine() {
        return engine;
    }

    @Override
    public void close() {
        engine.close();
        client.close();
    }
}
