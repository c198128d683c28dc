package io.github.claudecodeproxy.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY} name for an address, in
 * capital or small letters, as other programs read them. This machine is always reached directly.
 */
final class ProxyVariables {

    /** All names; of two that differ in their letters only, the small one wins, as with curl. */
    static final List<String> NAMES = List.of(
            "https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY");

    private static final int PLAIN = 80;
    private static final int SECURE = 443;

    private ProxyVariables() {}

    /**
     * What was found.
     *
     * @param variable where
     * @param address the proxy's
     */
    record Found(String variable, URI address) {}

    /**
     * Looks for a proxy.
     *
     * @return null when the address is reached directly
     * @throws SettingsException when the variable that counts holds no address
     */
    static @Nullable Found of(URI upstream, Map<String, String> variables) {
        String host = host(upstream);
        boolean secure = "https".equalsIgnoreCase(upstream.getScheme());
        int port = upstream.getPort() > 0 ? upstream.getPort() : secure ? SECURE : PLAIN;
        if (host.isEmpty() || loopback(host) || excepted(host, port, first(variables, "no_proxy"))) {
            return null;
        }
        for (String name : List.of(secure ? "https_proxy" : "http_proxy", "all_proxy")) {
            for (String variable : List.of(name, name.toUpperCase(Locale.ROOT))) {
                String value = variables.get(variable);
                if (value != null && !value.isBlank()) {
                    return new Found(variable, address(variable, value.strip()));
                }
            }
        }
        return null;
    }

    private static String first(Map<String, String> variables, String name) {
        String small = variables.get(name);
        return small != null ? small : variables.getOrDefault(name.toUpperCase(Locale.ROOT), "");
    }

    private static String host(URI upstream) {
        String host = upstream.getHost() == null ? "" : upstream.getHost().toLowerCase(Locale.ROOT);
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Often written without the scheme, and without the port. */
    private static URI address(String variable, String value) {
        try {
            URI address = new URI(value.contains("://") ? value : "http://" + value);
            if (address.getPort() > 0 || address.getHost() == null) {
                return address;
            }
            return new URI(
                    address.getScheme(),
                    address.getUserInfo(),
                    address.getHost(),
                    PLAIN,
                    address.getPath(),
                    null,
                    null);
        } catch (URISyntaxException e) {
            throw new SettingsException(
                    List.of(variable + ": is no valid URL; write special characters of the password as %XX"));
        }
    }

    private static boolean loopback(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("::1")
                || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    private static boolean excepted(String host, int port, String exceptions) {
        for (String entry : exceptions.toLowerCase(Locale.ROOT).split("[,\\s]+")) {
            if (matches(entry, host, port)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String entry, String host, int port) {
        if (entry.isEmpty()) {
            return false;
        }
        if (entry.equals("*")) {
            return true;
        }
        if (entry.contains("/")) {
            return inNetwork(entry, host);
        }
        String name = entry;
        int colon = entry.lastIndexOf(':');
        boolean hasPort = colon >= 0 && (entry.indexOf(':') == colon || entry.charAt(colon - 1) == ']');
        if (hasPort) {
            if (!entry.substring(colon + 1).equals(String.valueOf(port))) {
                return false;
            }
            name = entry.substring(0, colon);
        }
        name = name.replaceFirst("^\\*?\\.", "").replaceAll("[\\[\\]]", "");
        return host.equals(name) || (!name.isEmpty() && host.endsWith("." + name) && !numeric(host));
    }

    private static boolean numeric(String host) {
        return host.contains(":") || host.matches("[0-9.]+");
    }

    /** Networks are for addresses: a name is not looked up for them. */
    private static boolean inNetwork(String entry, String host) {
        String network = entry.substring(0, entry.indexOf('/'));
        String length = entry.substring(entry.indexOf('/') + 1);
        if (!numeric(host) || !numeric(network) || !length.matches("[0-9]{1,3}")) {
            return false;
        }
        try {
            byte[] wanted = InetAddress.getByName(network).getAddress();
            byte[] actual = InetAddress.getByName(host).getAddress();
            int bits = Integer.parseInt(length);
            if (wanted.length != actual.length || bits > wanted.length * 8) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((wanted[bit / 8] & mask) != (actual[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
