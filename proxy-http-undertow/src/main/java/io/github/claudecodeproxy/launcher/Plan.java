package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.http.SettingsException;
import io.github.claudecodeproxy.upstream.JdkUpstreamClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that is needed to start, checked. Immutable.
 *
 * @param server where to listen
 * @param proxy what the engine does
 * @param configuration the values with their origins
 * @param secrets what must not be shown
 * @param warnings of every part, one line each
 */
record Plan(
        ServerSettings server,
        ProxySettings proxy,
        Configuration configuration,
        Secrets secrets,
        List<String> warnings) {

    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> LOCAL_NAMES = Set.of("*", "host.docker.internal");

    /**
     * Checks everything.
     *
     * @param configuration what was read
     * @param properties the properties of the JVM
     * @throws SettingsException with all problems of all parts
     */
    static Plan of(Configuration configuration, Properties properties) {
        List<String> problems = new ArrayList<>(configuration.problems());
        problems.addAll(JdkUpstreamClient.leakingProperties(properties));
        Map<String, String> variables = configuration.variables();
        ServerSettings.Outcome server = ServerSettings.read(variables);
        problems.addAll(server.problems());
        try {
            ProxySettings proxy = ProxySettings.read(variables);
            ServerSettings where = server.settings();
            if (where != null && problems.isEmpty()) {
                return checked(where, proxy, configuration);
            }
        } catch (SettingsException e) {
            problems.addAll(inOurWords(e.problems(), configuration));
        }
        // A name that nobody reads is often why another one is missing.
        configuration.warnings().stream()
                .filter(warning -> warning.contains("no name"))
                .forEach(problems::add);
        throw new SettingsException(List.copyOf(new LinkedHashSet<>(problems)));
    }

    /** The same configuration with the pretend provider in place of the real one. */
    static Configuration withDemo(Configuration configuration, URI demo) {
        Map<String, Configuration.Setting> settings = new TreeMap<>(configuration.settings());
        Map<String, String> values = Map.of(
                Variables.OPENAI_API_KEY,
                "demo",
                Variables.OPENAI_BASE_URL,
                demo.toString(),
                Variables.PROVIDER,
                "openai",
                Variables.UPSTREAM_API,
                "chat",
                Variables.BIG_MODEL,
                DemoUpstream.MODEL,
                Variables.SMALL_MODEL,
                DemoUpstream.MODEL);
        values.forEach((name, value) -> settings.put(name, new Configuration.Setting(value, "--demo")));
        return new Configuration(settings, configuration.warnings(), configuration.problems());
    }

    /** The same for one client on this machine: on a free port, which nobody else reaches. */
    static Configuration forOneClient(Configuration configuration) {
        Map<String, Configuration.Setting> settings = new TreeMap<>(configuration.settings());
        for (String name : List.of(Variables.TLS_CERT_FILE, Variables.TLS_KEY_FILE, Variables.ALLOW_UNAUTHENTICATED)) {
            settings.remove(name);
        }
        Map.of(Variables.HOST, "127.0.0.1", Variables.PORT, "0")
                .forEach((name, value) -> settings.put(name, new Configuration.Setting(value, "code")));
        return new Configuration(settings, configuration.warnings(), configuration.problems());
    }

    private static Plan checked(ServerSettings where, ProxySettings proxy, Configuration configuration) {
        List<String> warnings = new ArrayList<>(configuration.warnings());
        warnings.addAll(proxy.warnings());
        Configuration.Setting clientKey = configuration.settings().get(Variables.ANTHROPIC_API_KEY);
        if (clientKey != null
                && clientKey.origin().equals(Configuration.ENVIRONMENT)
                && !where.loopback()
                && !configuration.settings().containsKey(Variables.HOST)) {
            warnings.add(
                    "ANTHROPIC_API_KEY comes from the environment: clients must send exactly it, and other machines"
                            + " can connect now; unset it, or set HOST=127.0.0.1, if it was meant for Claude Code");
        }
        if (where.open()) {
            warnings.add("ALLOW_UNAUTHENTICATED: everybody who reaches this port can spend the provider's key");
        }
        ProxySettings settings =
                proxy.toBuilder().allowedHosts(allowedHosts(where, proxy)).build();
        return new Plan(where, settings, configuration, Secrets.of(configuration.variables()), List.copyOf(warnings));
    }

    /** With a client key every name is served: a web page does not know the key. */
    private static Set<String> allowedHosts(ServerSettings where, ProxySettings proxy) {
        if (where.loopback()) {
            return withHost(LOOPBACK_NAMES, proxy.allowedHosts(), where.host());
        }
        return where.open() ? withHost(LOCAL_NAMES, proxy.allowedHosts(), where.host()) : proxy.allowedHosts();
    }

    private static Set<String> withHost(Set<String> fixed, Set<String> more, String host) {
        Set<String> names = new LinkedHashSet<>(fixed);
        names.addAll(more);
        names.add(host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host);
        return names;
    }

    /** A missing key is what a newcomer meets first, so it says more; also why one in the environment does not count. */
    private static List<String> inOurWords(List<String> problems, Configuration configuration) {
        if (configuration.variables().containsKey(Variables.OPENAI_API_KEY)) {
            return problems;
        }
        String missing = configuration.warnings().stream()
                .filter(warning -> warning.startsWith(Variables.OPENAI_API_KEY))
                .findFirst()
                .orElse(
                        "OPENAI_API_KEY: is missing; put OPENAI_API_KEY=... into .env or the environment (any text for a"
                                + " server that wants no key), or look around with --demo, which needs none");
        List<String> lines = new ArrayList<>(problems);
        boolean isMissing = lines.removeIf(line -> line.startsWith(Variables.OPENAI_API_KEY + ": is missing"));
        if (isMissing) {
            lines.add(missing);
        }
        return lines;
    }
}
