package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.upstream.TlsFiles;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the server listens and how much it logs. Immutable.
 *
 * @param host name or address to listen on
 * @param port port to listen on; 0 picks a free one
 * @param loopback whether only this machine can connect
 * @param open whether other machines may connect without a key
 * @param logLevel how much is logged
 * @param logFormat as what
 * @param grace how long calls may go on when the server is told to stop
 * @param tls the certificate to show to clients; null for plain HTTP
 * @param upstreamClient which of the clients calls providers
 */
record ServerSettings(
        String host,
        int port,
        boolean loopback,
        boolean open,
        LogLevel logLevel,
        LogFormat logFormat,
        Duration grace,
        @Nullable SSLContext tls,
        UpstreamClientKind upstreamClient) {

    static final int DEFAULT_PORT = 8082;
    static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
    private static final int LAST_PORT = 65535;

    /** The levels by the names of the configuration. */
    enum LogLevel {
        DEBUG,
        INFO,
        WARNING,
        ERROR,
        CRITICAL
    }

    /** What a line of the log is. */
    enum LogFormat {
        TEXT,
        JSON
    }

    /** Who calls providers. */
    enum UpstreamClientKind {
        /** One on the server's I/O threads. */
        UNDERTOW,
        /** The JDK's client, with threads of its own. */
        JDK
    }

    /** What was read, or why it cannot be used; {@code settings} is null when there are problems. */
    record Outcome(@Nullable ServerSettings settings, List<String> problems) {}

    /** Reads the variables; never fails, but lists every problem. */
    static Outcome read(Map<String, String> variables) {
        List<String> problems = new ArrayList<>();
        boolean key = variables.containsKey(Variables.ANTHROPIC_API_KEY);
        String host = variables.getOrDefault(Variables.HOST, key ? "0.0.0.0" : "127.0.0.1");
        int port = port(variables.get(Variables.PORT), problems);
        LogLevel level = word(variables, Variables.LOG_LEVEL, LogLevel.INFO, problems);
        LogFormat format = word(variables, Variables.LOG_FORMAT, LogFormat.TEXT, problems);
        SSLContext tls = tls(variables.get(Variables.TLS_CERT_FILE), variables.get(Variables.TLS_KEY_FILE), problems);
        UpstreamClientKind client = word(variables, Variables.UPSTREAM_CLIENT, UpstreamClientKind.UNDERTOW, problems);
        Duration grace = grace(variables.get(Variables.SHUTDOWN_GRACE), problems);
        boolean allowed = flag(variables, Variables.ALLOW_UNAUTHENTICATED, problems);
        InetAddress address = resolve(host, problems);
        boolean loopback = address != null && address.isLoopbackAddress();
        boolean unprotected = address != null && !loopback && !key;
        if (unprotected && !allowed) {
            problems.add(
                    "HOST: lets other machines connect, but no ANTHROPIC_API_KEY is set, so anybody could spend your"
                            + " key: set ANTHROPIC_API_KEY, or HOST=127.0.0.1, or ALLOW_UNAUTHENTICATED=true");
        }
        return problems.isEmpty()
                ? new Outcome(
                        new ServerSettings(host, port, loopback, unprotected, level, format, grace, tls, client),
                        problems)
                : new Outcome(null, problems);
    }

    /** How a client on this machine reaches the server that listens on this port. */
    String url(int actualPort) {
        String name = switch (host) {
            case "0.0.0.0", "::", "[::]", "localhost" -> "127.0.0.1";
            default -> host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        };
        return (tls == null ? "http://" : "https://") + name + ":" + actualPort;
    }

    private static int port(@Nullable String text, List<String> problems) {
        if (text == null) {
            return DEFAULT_PORT;
        }
        String digits = text.strip();
        if (digits.matches("[0-9]{1,5}") && Integer.parseInt(digits) <= LAST_PORT) {
            return Integer.parseInt(digits);
        }
        problems.add("PORT: must be a number from 0 to " + LAST_PORT);
        return DEFAULT_PORT;
    }

    private static Duration grace(@Nullable String text, List<String> problems) {
        if (text == null) {
            return DEFAULT_GRACE;
        }
        String digits = text.strip();
        if (digits.matches("[0-9]{1,5}")) {
            return Duration.ofSeconds(Integer.parseInt(digits));
        }
        problems.add("SHUTDOWN_GRACE: must be a whole number of seconds, 0 or more");
        return DEFAULT_GRACE;
    }

    private static <E extends Enum<E>> E word(
            Map<String, String> variables, String name, E usual, List<String> problems) {
        String text = variables.get(name);
        if (text == null) {
            return usual;
        }
        E[] words = usual.getDeclaringClass().getEnumConstants();
        for (E word : words) {
            if (word.name().equalsIgnoreCase(text.strip())) {
                return word;
            }
        }
        problems.add(name + ": must be one of "
                + Arrays.stream(words).map(Enum::name).collect(Collectors.joining(", ")));
        return usual;
    }

    private static @Nullable SSLContext tls(@Nullable String chain, @Nullable String key, List<String> problems) {
        if (chain == null && key == null) {
            return null;
        }
        String names = Variables.TLS_CERT_FILE + ", " + Variables.TLS_KEY_FILE + ": ";
        if (chain == null || key == null) {
            problems.add(names + "one is of no use without the other");
            return null;
        }
        try {
            return TlsFiles.context(List.of(), TlsFiles.identity(Path.of(chain), Path.of(key)));
        } catch (TlsFiles.TlsFileException e) {
            problems.add(names + e.getMessage());
        } catch (InvalidPathException e) {
            problems.add(names + "one is no name of a file");
        }
        return null;
    }

    private static boolean flag(Map<String, String> variables, String name, List<String> problems) {
        String text = variables.getOrDefault(name, "false").strip().toLowerCase(Locale.ROOT);
        switch (text) {
            case "true", "1", "yes", "on" -> {
                return true;
            }
            case "false", "0", "no", "off" -> {
                return false;
            }
            default -> {
                problems.add(name + ": must be true or false");
                return false;
            }
        }
    }

    private static @Nullable InetAddress resolve(String host, List<String> problems) {
        try {
            return InetAddress.getByName(host.strip());
        } catch (UnknownHostException e) {
            problems.add("HOST: is neither an address nor a name that can be resolved");
            return null;
        }
    }
}
