package io.github.claudecodeproxy.testkit.fault;

import io.github.claudecodeproxy.testkit.UpstreamApi;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** How to start the product under test. Stateless. */
public interface ProxyTarget {

    /** What the report calls it. */
    String name();

    /**
     * Starts it in this process.
     *
     * @param upstream the provider's base URL
     * @param setup how it differs from the defaults
     */
    RunningProxy start(URI upstream, ProxySetup setup) throws Exception;

    /**
     * Starts it in this process with a part that throws this in every call.
     *
     * @param upstream the provider's base URL
     */
    RunningProxy startThrowing(URI upstream, Error thrown) throws Exception;

    /**
     * The command that starts it as a process of its own, which reads its settings from the environment.
     *
     * @param jvmOptions options for its JVM
     */
    List<String> command(List<String> jvmOptions);

    /** What it makes of configuration that cannot be used: the problems, one line each; none when it is fine. */
    List<String> problems(Map<String, String> variables);

    /**
     * What its surroundings force it to do otherwise than the catalogue wants: by the words of the fault, the reason. None
     * by default.
     */
    default Map<String, String> differences() {
        return Map.of();
    }

    /** What its upstream speaks; Chat Completions by default. */
    default UpstreamApi api() {
        return UpstreamApi.CHAT;
    }

    /** Whether it notices a client that left while nothing is written to it; true by default. */
    default boolean watchesClients() {
        return true;
    }

    /** A product that runs. */
    interface RunningProxy extends AutoCloseable {

        /** Where clients reach it; ends without a slash. */
        URI address();

        @Override
        void close();
    }
}
