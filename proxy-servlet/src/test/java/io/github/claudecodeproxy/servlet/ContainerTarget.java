package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.http.EngineUnderTest;
import io.github.claudecodeproxy.testkit.fault.ProxySetup;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** The servlet in a container, which decides what {@link ContainerDifferences} lists. */
abstract class ContainerTarget implements ProxyTarget {

    /** Starts a container with the servlet in front of the engine, which ends with it. */
    abstract RunningProxy start(EngineUnderTest engine, ProxyServlet servlet) throws Exception;

    private RunningProxy start(EngineUnderTest engine, ProxySetup setup) throws Exception {
        ServletLimits real = ServletLimits.DEFAULT;
        ServletLimits limits = new ServletLimits(
                setup.timers().getOrDefault(ProxySetup.Timer.REQUEST_BODY, real.body()),
                setup.timers().getOrDefault(ProxySetup.Timer.RESPONSE, real.write()),
                real.rest());
        return start(engine, new ProxyServlet(engine.engine()::handle, limits));
    }

    @Override
    public final RunningProxy start(URI upstream, ProxySetup setup) throws Exception {
        return start(EngineUnderTest.start(upstream, setup, settings -> settings), setup);
    }

    @Override
    public final RunningProxy startThrowing(URI upstream, Error thrown) throws Exception {
        return start(EngineUnderTest.startThrowing(upstream, thrown), ProxySetup.defaults());
    }

    @Override
    public final Map<String, String> differences() {
        return ContainerDifferences.all();
    }

    @Override
    public final boolean watchesClients() {
        return false;
    }

    @Override
    public final List<String> command(List<String> jvmOptions) {
        throw new UnsupportedOperationException("the process is the container's");
    }

    @Override
    public final List<String> problems(Map<String, String> variables) {
        return EngineUnderTest.problems(variables);
    }
}
