package io.github.claudecodeproxy.testkit.fault;

import java.net.ProxySelector;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a product under test differs from one with default settings. Immutable.
 *
 * @param variables settings by the names of the product's configuration
 * @param timers times that configuration does not offer
 * @param speed how many times faster than real its engine's clock runs: at 100 a limit of 300 s is over in 3 s
 * @param tls whom it trusts as an upstream; null for the JDK's default
 * @param proxies through which proxy it goes upstream; null for none
 */
public record ProxySetup(
        Map<String, String> variables,
        Map<Timer, Duration> timers,
        int speed,
        @Nullable SSLContext tls,
        @Nullable ProxySelector proxies) {

    private static final ProxySetup DEFAULTS = new ProxySetup(Map.of(), Map.of(), 1, null, null);

    /** A time that a test may shorten. All of them run on the real clock, whatever the speed. */
    public enum Timer {
        /** For a connection to the upstream. */
        CONNECT,
        /** For the head of a request. */
        REQUEST_HEAD,
        /** For a body to make progress. */
        REQUEST_BODY,
        /** For a client to take some of its response. */
        RESPONSE,
        /** Between two requests of a connection. */
        BETWEEN_REQUESTS
    }

    public ProxySetup {
        variables = Map.copyOf(variables);
        timers = Map.copyOf(timers);
    }

    /** The product as it is. */
    public static ProxySetup defaults() {
        return DEFAULTS;
    }

    /** The same with one setting. */
    public ProxySetup with(String variable, String value) {
        Map<String, String> all = new HashMap<>(variables);
        all.put(variable, value);
        return new ProxySetup(all, timers, speed, tls, proxies);
    }

    /** The same with a time. */
    public ProxySetup with(Timer timer, Duration value) {
        Map<Timer, Duration> all = new HashMap<>(timers);
        all.put(timer, value);
        return new ProxySetup(variables, all, speed, tls, proxies);
    }

    /** The same with a faster clock. */
    public ProxySetup withSpeed(int factor) {
        return new ProxySetup(variables, timers, factor, tls, proxies);
    }

    /** The same, trusting other upstreams. */
    public ProxySetup withTls(SSLContext context) {
        return new ProxySetup(variables, timers, speed, context, proxies);
    }

    /** The same, behind a proxy. */
    public ProxySetup withProxies(ProxySelector selector) {
        return new ProxySetup(variables, timers, speed, tls, selector);
    }
}
