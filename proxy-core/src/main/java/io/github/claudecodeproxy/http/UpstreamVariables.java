package io.github.claudecodeproxy.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The variables of upstreams besides the main one: {@code BIG_BASE_URL} and {@code BIG_API_KEY}, the same for the other
 * tiers, and {@code UPSTREAM_NAME_BASE_URL} and {@code UPSTREAM_NAME_API_KEY} for any other name. {@link KeyVariables} says where else
 * the keys may come from.
 */
final class UpstreamVariables {

    static final String BASE_URL = "BASE_URL";
    static final String API_KEY = "API_KEY";
    static final List<String> TIERS = List.of("big", "middle", "small");
    static final Pattern NAME = Pattern.compile("[a-z0-9]+");

    /** Those with fixed names. */
    static final List<String> NAMES = TIERS.stream()
            .flatMap(tier -> Stream.of(BASE_URL, API_KEY, API_KEY + KeyVariables.FILE, API_KEY + KeyVariables.COMMAND)
                    .map(end -> tier.toUpperCase(Locale.ROOT) + "_" + end))
            .toList();

    private static final Pattern VARIABLE =
            Pattern.compile("UPSTREAM_([A-Z0-9]+)_(?:BASE_URL|API_KEY(?:_FILE|_COMMAND)?)");

    private UpstreamVariables() {}

    /** Whether this is a variable of an upstream with a name of its own. */
    static boolean named(String variable) {
        return VARIABLE.matcher(variable).matches();
    }

    /** What the variables of an upstream begin with. */
    static String prefix(String name) {
        String upper = name.toUpperCase(Locale.ROOT) + "_";
        return TIERS.contains(name) ? upper : "UPSTREAM_" + upper;
    }

    /**
     * Reads them all.
     *
     * @param problems told the variable and what is wrong with it
     */
    static void read(
            Map<String, String> variables, ProxySettings.Builder builder, BiConsumer<String, String> problems) {
        TreeSet<String> names = new TreeSet<>(TIERS);
        for (String variable : variables.keySet()) {
            Matcher matcher = VARIABLE.matcher(variable);
            if (matcher.matches()) {
                names.add(matcher.group(1).toLowerCase(Locale.ROOT));
            }
        }
        names.forEach(name -> read(name, variables, builder, problems));
    }

    private static void read(
            String name,
            Map<String, String> variables,
            ProxySettings.Builder builder,
            BiConsumer<String, String> problems) {
        String prefix = prefix(name);
        String url = variables.getOrDefault(prefix + BASE_URL, "");
        UpstreamKey key = KeyVariables.read(prefix + API_KEY, variables, problems);
        if (url.isEmpty() && key == null) {
            return;
        }
        if (url.isEmpty()) {
            problems.accept(key == null ? prefix + API_KEY : key.label(), "is of no use without " + prefix + BASE_URL);
        } else if (key == null) {
            problems.accept(
                    prefix + API_KEY,
                    "is missing; set the key of the provider at " + prefix + BASE_URL
                            + ", or any text where it wants none");
        } else {
            try {
                builder.upstream(name, new URI(url), key);
            } catch (URISyntaxException e) {
                problems.accept(prefix + BASE_URL, "is no valid URL; does it hold a blank?");
            }
        }
    }
}
