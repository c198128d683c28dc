package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.http.EngineUnderTest;
import io.github.claudecodeproxy.launcher.Launcher;
import io.github.claudecodeproxy.testkit.UpstreamApi;
import io.github.claudecodeproxy.testkit.fault.ProxySetup;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The standalone server, as the suites of the testkit start it. */
final class UndertowTarget implements ProxyTarget {

    private final UpstreamApi api;
    private final boolean ownClient;

    UndertowTarget() {
        this(UpstreamApi.CHAT);
    }

    UndertowTarget(UpstreamApi api) {
        this(api, true);
    }

    /** The server that calls upstreams with Java's own HTTP client. */
    static UndertowTarget withJdkClient() {
        return new UndertowTarget(UpstreamApi.CHAT, false);
    }

    private UndertowTarget(UpstreamApi api, boolean ownClient) {
        this.api = api;
        this.ownClient = ownClient;
    }

    @Override
    public String name() {
        return ownClient ? "proxy-http-undertow" : "proxy-http-undertow, Java's client";
    }

    @Override
    public RunningProxy start(URI upstream, ProxySetup setup) {
        return new Running(
                setup,
                ownClient,
                server -> ownClient
                        ? EngineUnderTest.start(
                                upstream,
                                setup,
                                settings -> settings,
                                (how, connect) ->
                                        server.upstreamClient(new UpstreamWay(connect, how.tls(), how.proxies(), null)))
                        : EngineUnderTest.start(upstream, setup, settings -> settings));
    }

    @Override
    public RunningProxy startThrowing(URI upstream, Error thrown) {
        return new Running(ProxySetup.defaults(), false, server -> EngineUnderTest.startThrowing(upstream, thrown));
    }

    @Override
    public List<String> command(List<String> jvmOptions) {
        List<String> command = new ArrayList<>();
        if (!ownClient) {
            command.addAll(List.of("env", "UPSTREAM_CLIENT=jdk"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath(), Launcher.class.getName()));
        return command;
    }

    /** What a started server is given; where the build does not say that, as in an editor, all that tests have. */
    private static String classPath() {
        return System.getProperty("server.class.path", System.getProperty("java.class.path"));
    }

    @Override
    public List<String> problems(Map<String, String> variables) {
        return EngineUnderTest.problems(variables);
    }

    @Override
    public UpstreamApi api() {
        return api;
    }

    private static final class Running implements RunningProxy {

        private final EngineUnderTest engine;
        private final UndertowProxy server;

        Running(ProxySetup setup, boolean ownClient, Function<UndertowProxy, EngineUnderTest> engines) {
            UndertowProxy.Builder builder = UndertowProxy.builder(
                            exchange -> engine().engine().handle(exchange))
                    .port(0)
                    .limits(limits(setup.timers()));
            server = ownClient ? builder.upstreams().build() : builder.build();
            engine = engines.apply(server);
            server.start();
        }

        private EngineUnderTest engine() {
            return engine;
        }

        private static Limits limits(Map<ProxySetup.Timer, Duration> timers) {
            Limits real = Limits.DEFAULT;
            return new Limits(
                    timers.getOrDefault(ProxySetup.Timer.REQUEST_HEAD, real.headers()),
                    timers.getOrDefault(ProxySetup.Timer.BETWEEN_REQUESTS, real.idle()),
                    timers.getOrDefault(ProxySetup.Timer.REQUEST_BODY, real.body()),
                    timers.getOrDefault(ProxySetup.Timer.RESPONSE, real.write()),
                    real.rest());
        }

        @Override
        public URI address() {
            return URI.create("http://127.0.0.1:" + server.port());
        }

        @Override
        public void close() {
            server.close();
            engine.close();
        }
    }
}
