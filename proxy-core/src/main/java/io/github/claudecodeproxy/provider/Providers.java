package io.github.claudecodeproxy.provider;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The known providers, in the order of {@code providers.json}. Immutable. */
public final class Providers {

    private static final String GENERIC = "generic";

    private static final Pattern PRIVATE =
            Pattern.compile("(127|10)\\.[\\d.]+|192\\.168\\.[\\d.]+|172\\.(1[6-9]|2\\d|3[01])\\.[\\d.]+");

    private final List<ProviderProfile> profiles;

    private Providers(List<ProviderProfile> profiles) {
        this.profiles = List.copyOf(profiles);
    }

    /** The providers that this version knows. */
    public static Providers builtIn() {
        return Holder.BUILT_IN;
    }

    /** All profiles. */
    public List<ProviderProfile> all() {
        return profiles;
    }

    /** The profile of this name, in any case. */
    public Optional<ProviderProfile> named(String name) {
        return profiles.stream()
                .filter(profile -> profile.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** The first profile that claims this base URL; the cautious {@code generic} one when none does. */
    public ProviderProfile forBaseUrl(URI baseUrl) {
        return profiles.stream()
                .filter(profile -> profile.hosts().stream().anyMatch(pattern -> matches(pattern, baseUrl)))
                .findFirst()
                .or(() -> named(GENERIC))
                .orElseThrow();
    }

    private static boolean matches(String pattern, URI baseUrl) {
        String host = String.valueOf(baseUrl.getHost()).toLowerCase(Locale.ROOT);
        if (pattern.startsWith(":")) {
            return local(host) && pattern.equals(":" + baseUrl.getPort());
        }
        int slash = pattern.indexOf('/');
        if (slash >= 0) {
            String path = baseUrl.getPath() == null ? "" : baseUrl.getPath();
            return matchesHost(pattern.substring(0, slash), host) && path.startsWith(pattern.substring(slash));
        }
        return matchesHost(pattern, host);
    }

    /** This machine, a name without a domain as containers have it, or an address of a private network. */
    private static boolean local(String host) {
        return host.equals("[::1]")
                || host.equals("host.docker.internal")
                || host.indexOf('.') < 0
                || PRIVATE.matcher(host).matches();
    }

    private static boolean matchesHost(String pattern, String host) {
        return pattern.startsWith(".") ? host.endsWith(pattern) : host.equals(pattern);
    }

    private static final class Holder {
        static final Providers BUILT_IN =
                new Providers(DataFile.read("providers.json", "providers", ProviderProfile.class));
    }
}
