package io.github.claudecodeproxy.http;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which {@code Host} values are served. A web page whose name was pointed at this machine after it was loaded cannot
 * choose that header, so refusing unknown names keeps it out.
 */
final class HostRule {

    private static final String LOCAL = "*";
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_-]+");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f]*(:[0-9a-f.]*){2,8}");

    private final Set<String> allowed;

    HostRule(Set<String> allowed) {
        this.allowed = allowed;
    }

    boolean allows(@Nullable String host) {
        if (allowed.isEmpty()) {
            return true;
        }
        if (host == null) {
            return false;
        }
        String name = name(host);
        return allowed.contains(name) ? !name.equals(LOCAL) : allowed.contains(LOCAL) && isLocal(name);
    }

    /** Whether no stranger can own this name: addresses, and names without a dot, as of containers. */
    private static boolean isLocal(String name) {
        return LABEL.matcher(name).matches()
                || IPV4.matcher(name).matches()
                || IPV6.matcher(name).matches();
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
