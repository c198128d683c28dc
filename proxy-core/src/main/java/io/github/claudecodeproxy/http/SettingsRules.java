package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.upstream.JdkUpstreamClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Checks settings and collects what is wrong with them, each named by its variable and never shown. */
final class SettingsRules {

    private final List<String> problems = new ArrayList<>();
    private final TreeSet<String> headerNames = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    List<String> problems() {
        return problems;
    }

    void check(String variable, boolean fine, String problem) {
        if (!fine) {
            problems.add(variable + ": " + problem);
        }
    }

    void requiredKey(String variable, @Nullable UpstreamKey key) {
        check(variable, key != null, "is missing; set the provider's key, or any text where it wants none");
        if (key != null) {
            key(key.label(), key.fixed());
        }
    }

    void key(String variable, @Nullable String key) {
        String problem = key == null ? null : HeaderRules.keyProblem(key);
        if (problem != null) {
            problems.add(variable + ": " + problem);
        }
    }

    void keys(String variable, List<ClientKey> keys) {
        if (keys.size() > 1 && keys.stream().anyMatch(client -> client.key().isEmpty())) {
            problems.add(variable + ": has nothing between two commas, or before the first or behind the last");
        } else {
            keys.forEach(client -> {
                String name = client.name();
                check(
                        variable,
                        name == null || ClientKey.NAME.matcher(name).matches(),
                        "has a name that is not of letters, digits and . _ - @");
                key(variable, client.key());
            });
        }
    }

    void stateSecret(@Nullable String secret) {
        check("STATE_SECRET", secret == null || secret.length() >= 8, "must have 8 characters or more");
    }

    void baseUrl(String variable, URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        check(variable, scheme.equals("http") || scheme.equals("https"), "must begin with http:// or https://");
        check(variable, url.getHost() != null, "has no valid host name");
        check(variable, url.getRawUserInfo() == null, "must not hold a user name or password; use OPENAI_API_KEY");
        check(variable, url.getPort() <= 65535, "has a port above 65535");
        check(variable, url.getRawFragment() == null, "must not have a part after #");
    }

    void proxy(String variable, @Nullable URI address) {
        if (address != null) {
            try {
                JdkUpstreamClient.Builder unused = JdkUpstreamClient.builder().proxy(address);
            } catch (IllegalArgumentException e) {
                problems.add(variable + ": " + e.getMessage());
            }
        }
    }

    void word(String variable, @Nullable String value) {
        check(variable, value == null || HeaderRules.keyProblem(value) == null, "must be one word of printable ASCII");
    }

    void upstream(String name, ProxySettings.Other other) {
        String prefix = UpstreamVariables.prefix(name);
        boolean fine = UpstreamVariables.NAME.matcher(name).matches() && !name.equals(ModelTarget.MAIN);
        check(
                prefix + UpstreamVariables.BASE_URL,
                fine,
                "is for an upstream whose name is no word of letters and digits, or main");
        baseUrl(prefix + UpstreamVariables.BASE_URL, other.baseUrl());
        key(other.key().label(), other.key().fixed());
    }

    void target(String variable, ModelTarget target, Set<String> upstreams) {
        check(
                variable,
                target.upstream().equals(ModelTarget.MAIN) || upstreams.contains(target.upstream()),
                "names an upstream that is not there");
        model(variable, target.model());
    }

    void model(String variable, @Nullable String value) {
        boolean fine = value == null || (!value.isBlank() && value.chars().noneMatch(Character::isISOControl));
        check(variable, fine, "must be a model's name without control characters");
    }

    void tokenLimits(@Nullable Integer min, @Nullable Integer max) {
        check("MIN_TOKENS_LIMIT", min == null || min > 0, "must be a positive whole number");
        check("MAX_TOKENS_LIMIT", max == null || max > 0, "must be a positive whole number");
        boolean crossed = min != null && max != null && min > max;
        check("MIN_TOKENS_LIMIT", !crossed, "must not be larger than MAX_TOKENS_LIMIT");
    }

    void positive(String variable, @Nullable Duration value) {
        check(variable, value == null || (!value.isZero() && !value.isNegative()), "must be positive");
    }

    void header(String name, String value) {
        String label = "custom header " + LogText.of(name);
        String problem = HeaderRules.problem(name, value);
        if (problem != null) {
            problems.add(label + ": " + problem);
        }
        check(label, headerNames.add(name), "is given twice in different case");
    }
}
