package io.github.claudecodeproxy.http;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which {@code Host} values are served. A web page whose name was pointed at this machine after it was loaded cannot
 * choose that header, so refusing unknown names keeps it out.
 */
final class HostRule {

    private final Set<String> allowed;

    HostRule(Set<String> allowed) {
        this.allowed = allowed;
    }

    boolean allows(@Nullable String host) {
        return allowed.isEmpty() || (host != null && allowed.contains(name(host)));
    }

    static Set<String> names(Set<String> hosts) {
        return hosts.stream().map(HostRule::name).collect(Collectors.toUnmodifiableSet());
    }

    /** The host without port and brackets, in lower case. */
    private static String name(String host) {
        String lower = host.strip().toLowerCase(Locale.ROOT);
        if (lower.startsWith("[")) {
            int close = lower.indexOf(']');
            boolean whole = close > 0 && port(lower.substring(close + 1));
            return whole ? lower.substring(1, close) : lower;
        }
        int colon = lower.indexOf(':');
        boolean one = colon > 0 && colon == lower.lastIndexOf(':') && port(lower.substring(colon));
        return one ? lower.substring(0, colon) : lower;
    }

    private static boolean port(String rest) {
        return rest.isEmpty() || (rest.length() > 1 && rest.charAt(0) == ':' && digits(rest));
    }

    private static boolean digits(String port) {
        return port.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
    }
}
