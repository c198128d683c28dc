package io.github.claudecodeproxy.testkit.contract;

import io.github.claudecodeproxy.testkit.HeaderList;
import io.github.claudecodeproxy.testkit.Response;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxySetup;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The product between a free port and a scripted upstream, started anew for each test. Calls are not retried unless the
 * setup says so. What the upstream finds wrong with its requests fails the test.
 */
public abstract class ProxyContract {

    static final String UPSTREAM_KEY = "sk-of-the-upstream";
    static final HeaderList JSON = HeaderList.of("Content-Type", "application/json");

    private final ProxyTarget target;
    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private ProxyTarget.@Nullable RunningProxy running;

    /** A suite for the product that this starts. */
    ProxyContract(ProxyTarget target) {
        this.target = target;
    }

    @BeforeEach
    final void start() throws Exception {
        restart(ProxySetup.defaults());
    }

    @AfterEach
    final void stop() {
        if (running != null) {
            running.close();
        }
        upstream.close();
        if (!upstream.failures().isEmpty()) {
            throw new AssertionError(String.join("\n", upstream.failures()));
        }
    }

    final void restart(ProxySetup setup) throws Exception {
        if (running != null) {
            running.close();
        }
        ProxySetup all = setup.variables().containsKey("MAX_RETRIES") ? setup : setup.with("MAX_RETRIES", "0");
        running = target.start(upstream.baseUrl(), all.with("OPENAI_API_KEY", UPSTREAM_KEY));
    }

    /** Whether a client that leaves is noticed before anything is written to it. */
    final boolean watchesClients() {
        return target.watchesClients();
    }

    final ScriptedUpstream upstream() {
        return upstream;
    }

    final URI address() {
        ProxyTarget.RunningProxy proxy = running;
        if (proxy == null) {
            throw new IllegalStateException("not started");
        }
        return proxy.address();
    }

    final TestClient connect() throws IOException {
        return TestClient.connect(address());
    }

    final Response get(String path, String... headers) throws IOException {
        return call("GET", path, HeaderList.of(headers), "");
    }

    /** Posts JSON on a connection of its own. */
    final Response post(String path, String body) throws IOException {
        return call("POST", path, JSON, body);
    }

    final Response call(String method, String path, HeaderList headers, String body) throws IOException {
        return TestClient.call(address(), method, path, headers, body);
    }
}
