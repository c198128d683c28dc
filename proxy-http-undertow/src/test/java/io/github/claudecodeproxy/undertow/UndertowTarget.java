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

/** The standalone server, as the suites of the testkit start it. */
final class UndertowTarget implements ProxyTarget {

    private final UpstreamApi api;

    UndertowTarget() {
        this(UpstreamApi.CHAT);
    }

    UndertowTarget(UpstreamApi api) {
        this.api = api;
    }

    @Override
    public String name() {
        return "proxy-http-undertow";
    }

    @Override
    public RunningProxy start(URI upstream, ProxySetup setup) {
        return new Running(EngineUnderTest.start(upstream, setup, settings -> settings), setup);
    }

    @Override
    public RunningProxy startThrowing(URI upstream, Error thrown) {
        return new Running(EngineUnderTest.startThrowing(upstream, thrown), ProxySetup.defaults());
    }

    @Override
    public List<String> command(List<String> jvmOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Launcher.class.getName()));
        return command;
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

        Running(EngineUnderTest engine, ProxySetup setup) {
            this.engine = engine;
            server = UndertowProxy.builder(engine.engine()::handle)
                    .port(0)
                    .limits(limits(setup.timers()))
                    .build()
                    .start();
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
