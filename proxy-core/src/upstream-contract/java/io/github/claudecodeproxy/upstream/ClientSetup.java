package io.github.claudecodeproxy.upstream;

import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a client under test differs from one with default settings. Immutable.
 *
 * @param connectTimeout how long a connection may take to come about
 * @param tls whom to trust; null for the JDK's default
 * @param proxy the proxy on the way; null for none
 */
record ClientSetup(
        Duration connectTimeout,
        @Nullable SSLContext tls,
        @Nullable URI proxy) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static ClientSetup plain() {
        return new ClientSetup(PATIENCE, null, null);
    }

    static ClientSetup trusting(SSLContext tls) {
        return new ClientSetup(PATIENCE, tls, null);
    }
}
