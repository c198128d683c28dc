package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.http.SettingsException;
import io.github.claudecodeproxy.tokenizer.OpenAiTokenizers;
import io.github.claudecodeproxy.upstream.JdkUpstreamClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that a servlet needs to start, checked. Immutable.
 *
 * @param proxy what the engine does
 * @param grace how long calls may go on when the servlet is destroyed
 * @param warnings what works but probably not as meant, one line each
 */
record ServletSettings(ProxySettings proxy, Duration grace, List<String> warnings) {

    private static final String CUSTOM_HEADER = "CUSTOM_HEADER_";
    private static final String UPSTREAM = "UPSTREAM_";
    private static final String ALLOW_UNAUTHENTICATED = "ALLOW_UNAUTHENTICATED";
    private static final String SHUTDOWN_GRACE = "SHUTDOWN_GRACE";
    private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
    private static final Duration PING_INTERVAL = Duration.ofSeconds(5);

    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> LOCAL_NAMES = Set.of("*");

    /**
     * Reads and checks everything.
     *
     * @throws SettingsException with all problems, none of which shows a value
     */
    static ServletSettings read(SettingsSources sources) {
        List<String> warnings = new ArrayList<>();
        List<String> problems = new ArrayList<>(JdkUpstreamClient.leakingProperties(System.getProperties()));
        Map<String, String> variables = variables(sources, warnings);
        boolean everybody = flag(variables.get(ALLOW_UNAUTHENTICATED), problems);
        Duration grace = grace(variables.get(SHUTDOWN_GRACE), problems);
        try {
            ProxySettings proxy = ProxySettings.read(variables);
            if (problems.isEmpty()) {
                warnings.addAll(proxy.warnings());
                warnings.addAll(withheldPassword(proxy.upstreamProxy(), proxy.baseUrl()));
                return new ServletSettings(
                        guarded(ofServlet(proxy), everybody, warnings), grace, List.copyOf(warnings));
            }
        } catch (SettingsException e) {
            problems.addAll(e.problems());
        }
        throw new SettingsException(problems);
    }

    private static List<String> withheldPassword(@Nullable URI upstreamProxy, URI baseUrl) {
        boolean withheld = upstreamProxy != null
                && upstreamProxy.getRawUserInfo() != null
                && "https".equalsIgnoreCase(baseUrl.getScheme())
                && !"".equals(System.getProperty(DISABLED_SCHEMES));
        return withheld
                ? List.of("UPSTREAM_PROXY: this JVM keeps its password back on the way to an https address; start the"
                        + " container with -D" + DISABLED_SCHEMES + "= (nothing behind the sign), in Tomcat as"
                        + " CATALINA_OPTS")
                : List.of();
    }

    private static Map<String, String> variables(SettingsSources sources, List<String> warnings) {
        Set<String> names = new TreeSet<>(ProxySettings.variables());
        names.add(ALLOW_UNAUTHENTICATED);
        names.add(SHUTDOWN_GRACE);
        names.addAll(sources.names(CUSTOM_HEADER));
        sources.names(UPSTREAM).stream().filter(ProxySettings::isVariable).forEach(names::add);
        Map<String, String> variables = new TreeMap<>();
        for (String name : names) {
            String own = sources.ofApplication(name);
            String common = sources.ofProcess(name);
            String address = ProxySettings.addressOf(name);
            if (own == null && common != null && address != null && elsewhere(sources, address)) {
                warnings.add(name + " of the process is not used: the web application names another " + address
                        + ", and a key must not reach a provider it was not meant for");
                continue;
            }
            String picked = own != null ? own : common;
            if (picked != null && (!picked.isBlank() || name.startsWith(CUSTOM_HEADER))) {
                variables.put(name, picked);
            }
        }
        return variables;
    }

    private static boolean elsewhere(SettingsSources sources, String address) {
        String own = sources.ofApplication(address);
        return own != null && !own.equals(sources.ofProcess(address));
    }

    /** Pings are how a servlet learns that a client has left, so that there are more of them than a client needs. */
    private static ProxySettings ofServlet(ProxySettings proxy) {
        return proxy.toBuilder()
                .timeouts(proxy.timeouts().withPingInterval(PING_INTERVAL))
                .tokenCounter(OpenAiTokenizers.counter())
                .build();
    }

    private static ProxySettings guarded(ProxySettings proxy, boolean everybody, List<String> warnings) {
        if (proxy.clientKeyRequired()) {
            return proxy;
        }
        if (everybody) {
            warnings.add(ALLOW_UNAUTHENTICATED + ": everybody who reaches this server can spend the provider's key");
        }
        Set<String> hosts = new TreeSet<>(everybody ? LOCAL_NAMES : LOOPBACK_NAMES);
        hosts.addAll(proxy.allowedHosts());
        return proxy.toBuilder().loopbackOnly(!everybody).allowedHosts(hosts).build();
    }

    private static boolean flag(@Nullable String text, List<String> problems) {
        String value = text == null ? "false" : text.strip().toLowerCase(Locale.ROOT);
        boolean on = Set.of("true", "1", "yes", "on").contains(value);
        if (!on && !Set.of("false", "0", "no", "off").contains(value)) {
            problems.add(ALLOW_UNAUTHENTICATED + ": must be true or false");
        }
        return on;
    }

    private static Duration grace(@Nullable String text, List<String> problems) {
        if (text == null) {
            return DEFAULT_GRACE;
        }
        if (text.strip().matches("[0-9]{1,5}")) {
            return Duration.ofSeconds(Integer.parseInt(text.strip()));
        }
        problems.add(SHUTDOWN_GRACE + ": must be a whole number of seconds, 0 or more");
        return DEFAULT_GRACE;
    }
}
