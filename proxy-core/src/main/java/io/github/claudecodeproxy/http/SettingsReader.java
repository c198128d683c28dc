package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.provider.Providers;
import io.github.claudecodeproxy.upstream.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns variables into settings and collects every problem on the way. */
final class SettingsReader {

    private static final String UPSTREAM_CA_FILE = "UPSTREAM_CA_FILE";
    private static final String UPSTREAM_CERT_FILE = "UPSTREAM_CERT_FILE";
    private static final String UPSTREAM_KEY_FILE = "UPSTREAM_KEY_FILE";

    private static final String CONTEXT_CHECK = "CONTEXT_CHECK";
    private static final String UPSTREAM_MODELS = "UPSTREAM_MODELS";
    private static final String UPSTREAM_COUNT = "UPSTREAM_COUNT";
    private static final String UPSTREAM_API = "UPSTREAM_API";

    static final String OPENAI_API_KEY = "OPENAI_API_KEY";

    private static final List<String> OWN = List.of(
            "LOG_CONTENT",
            CONTEXT_CHECK,
            UPSTREAM_MODELS,
            UPSTREAM_COUNT,
            "STRICT",
            "RATE_LIMIT_HEADERS",
            "STATE_SECRET",
            OPENAI_API_KEY,
            OPENAI_API_KEY + KeyVariables.FILE,
            OPENAI_API_KEY + KeyVariables.COMMAND,
            "ANTHROPIC_API_KEY",
            "OPENAI_BASE_URL",
            "UPSTREAM_PROXY",
            "ALLOWED_HOSTS",
            "AZURE_API_VERSION",
            "PROVIDER",
            UPSTREAM_API,
            "PROVIDERS_FILE",
            "BIG_MODEL",
            "MIDDLE_MODEL",
            "SMALL_MODEL",
            "MAX_TOKENS_LIMIT",
            "MIN_TOKENS_LIMIT",
            "REQUEST_TIMEOUT",
            "MAX_UPSTREAM_CONNECTIONS",
            "MAX_RETRIES",
            UPSTREAM_CA_FILE,
            UPSTREAM_CERT_FILE,
            UPSTREAM_KEY_FILE);

    /** All names but those of custom headers. */
    static final List<String> NAMES = Stream.of(
                    OWN, RoutingVariables.NAMES, UpstreamVariables.NAMES, ProxyVariables.NAMES)
            .flatMap(List::stream)
            .toList();

    static final String CUSTOM_HEADER = "CUSTOM_HEADER_";
    private static final int ORIGINAL_LIMIT = 4096;

    private final Map<String, String> variables;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    SettingsReader(Map<String, String> variables) {
        this.variables = variables;
    }

    ProxySettings read() {
        ProxySettings.Builder builder = ProxySettings.builder();
        keys(builder);
        upstream(builder);
        models(builder);
        routing(builder);
        limits(builder);
        builder.customHeaders(customHeaders());
        builder.logContent(flag("LOG_CONTENT"));
        builder.strict(flag("STRICT"));
        builder.rateLimitHeaders(flag("RATE_LIMIT_HEADERS"));
        stateSecrets(builder);
        builder.warnings(warnings);
        for (String problem : builder.problems()) {
            if (!problems.contains(problem)) {
                problems.add(problem);
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return builder.build();
    }

    private void keys(ProxySettings.Builder builder) {
        builder.upstreamKey(KeyVariables.read(OPENAI_API_KEY, variables, this::problem));
        String upstream = text(OPENAI_API_KEY);
        if (upstream != null && placeholder(upstream)) {
            warnings.add("OPENAI_API_KEY: looks like the placeholder of an example file, not like a key");
        }
        String client = text("ANTHROPIC_API_KEY");
        List<ClientKey> clients = client == null
                ? List.of()
                : Stream.of(client.split(", *", -1)).map(ClientKey::parse).toList();
        builder.clients(clients);
        if (clients.stream().map(ClientKey::key).anyMatch(SettingsReader::placeholder)) {
            warnings.add(
                    "ANTHROPIC_API_KEY: looks like the placeholder of an example file, and clients must send exactly"
                            + " it; remove the line to let every client in, or set a key of your own");
        }
    }

    /** The first one seals; what the others have sealed is still opened, so that the secret can be changed. */
    private void stateSecrets(ProxySettings.Builder builder) {
        String text = text("STATE_SECRET");
        if (text != null) {
            List<String> secrets = List.of(text.split(", *", -1));
            builder.stateSecret(secrets.get(0)).oldStateSecrets(secrets.subList(1, secrets.size()));
        }
    }

    private void upstream(ProxySettings.Builder builder) {
        String url = text("OPENAI_BASE_URL");
        if (url != null) {
            try {
                builder.baseUrl(new URI(url));
            } catch (URISyntaxException e) {
                problems.add("OPENAI_BASE_URL: is no valid URL; does it hold a blank?");
            }
        }
        UpstreamVariables.read(variables, builder, this::problem);
        proxy(builder);
        tls(builder);
        String hosts = text("ALLOWED_HOSTS");
        if (hosts != null) {
            builder.allowedHosts(Arrays.stream(hosts.split(","))
                    .map(String::strip)
                    .filter(host -> !host.isEmpty())
                    .collect(Collectors.toSet()));
        }
        builder.azureApiVersion(text("AZURE_API_VERSION"));
        Providers known = providers();
        builder.providers(known);
        String provider = text("PROVIDER");
        if (provider != null) {
            builder.provider(provider(provider, known));
        }
        builder.upstreamApi(api());
    }

    private ProviderProfile.@Nullable Api api() {
        String api = text(UPSTREAM_API);
        if (api == null) {
            return null;
        }
        return switch (api.toLowerCase(Locale.ROOT)) {
            case "chat" -> ProviderProfile.Api.CHAT;
            case "responses" -> ProviderProfile.Api.RESPONSES;
            case "auto" -> ProviderProfile.Api.AUTO;
            default -> {
                problems.add(UPSTREAM_API + ": must be chat, responses or auto");
                yield null;
            }
        };
    }

    /** Our own variable is for every address; the ones of all programs have exceptions. */
    private void proxy(ProxySettings.Builder builder) {
        String proxy = text("UPSTREAM_PROXY");
        try {
            if (proxy != null) {
                builder.upstreamProxy(new URI(proxy));
                return;
            }
            Set<URI> direct = new HashSet<>();
            for (URI upstream : upstreamAddresses(builder)) {
                ProxyVariables.Found found = ProxyVariables.of(upstream, variables);
                if (found == null) {
                    direct.add(upstream);
                } else {
                    SettingsRules form = new SettingsRules();
                    form.proxy(found.variable(), found.address());
                    problems.addAll(form.problems());
                    builder.upstreamProxy(form.problems().isEmpty() ? found.address() : null);
                }
            }
            builder.direct(direct);
        } catch (URISyntaxException e) {
            problems.add("UPSTREAM_PROXY: is no valid URL; write special characters of the password as %XX");
        } catch (SettingsException e) {
            problems.addAll(e.problems());
        }
    }

    private static List<URI> upstreamAddresses(ProxySettings.Builder builder) {
        List<URI> addresses = new ArrayList<>();
        builder.others().values().forEach(other -> addresses.add(other.baseUrl()));
        addresses.add(builder.baseUrl());
        return addresses;
    }

    private void problem(String variable, String problem) {
        problems.add(variable + ": " + problem);
    }

    private void tls(ProxySettings.Builder builder) {
        List<X509Certificate> authorities = certificates(UPSTREAM_CA_FILE);
        TlsFiles.Identity identity = identity(UPSTREAM_CERT_FILE, UPSTREAM_KEY_FILE);
        if (!authorities.isEmpty() || identity != null) {
            builder.upstreamTls(TlsFiles.context(authorities, identity));
        }
    }

    private List<X509Certificate> certificates(String variable) {
        String file = text(variable);
        try {
            return file == null ? List.of() : TlsFiles.certificates(Path.of(file));
        } catch (TlsFiles.TlsFileException e) {
            problems.add(variable + ": " + e.getMessage());
        } catch (InvalidPathException e) {
            problems.add(variable + ": is no name of a file");
        }
        return List.of();
    }

    private TlsFiles.@Nullable Identity identity(String chain, String key) {
        String chainFile = text(chain);
        String keyFile = text(key);
        if (chainFile == null && keyFile == null) {
            return null;
        }
        if (chainFile == null || keyFile == null) {
            problems.add(chain + ", " + key + ": one is of no use without the other");
            return null;
        }
        try {
            return TlsFiles.identity(Path.of(chainFile), Path.of(keyFile));
        } catch (TlsFiles.TlsFileException e) {
            problems.add(chain + ", " + key + ": " + e.getMessage());
        } catch (InvalidPathException e) {
            problems.add(chain + ", " + key + ": one is no name of a file");
        }
        return null;
    }

    /** The built-in providers, and those of the user's file. */
    private Providers providers() {
        Providers builtIn = Providers.builtIn();
        String file = text("PROVIDERS_FILE");
        if (file == null) {
            return builtIn;
        }
        try {
            return builtIn.with(Files.readString(Path.of(file)));
        } catch (IOException | InvalidPathException e) {
            problems.add("PROVIDERS_FILE: cannot be read; it must be a file with JSON in UTF-8");
        } catch (IllegalArgumentException e) {
            problems.add("PROVIDERS_FILE: " + e.getMessage());
        }
        return builtIn;
    }

    private @Nullable ProviderProfile provider(String name, Providers known) {
        ProviderProfile profile = known.named(name).orElse(null);
        if (profile == null) {
            String names = known.all().stream().map(ProviderProfile::name).collect(Collectors.joining(", "));
            problems.add("PROVIDER: is none of the known names: " + names);
        }
        return profile;
    }

    private void models(ProxySettings.Builder builder) {
        builder.bigModel(Objects.requireNonNullElse(text("BIG_MODEL"), "gpt-4o"));
        builder.middleModel(text("MIDDLE_MODEL"));
        builder.smallModel(Objects.requireNonNullElse(text("SMALL_MODEL"), "gpt-4o-mini"));
    }

    private void routing(ProxySettings.Builder builder) {
        RoutingVariables routing =
                new RoutingVariables(variables, builder.others().keySet(), this::problem);
        builder.fallbacks(routing.fallbacks());
        builder.contextCheck(flag(CONTEXT_CHECK))
                .upstreamModels(flag(UPSTREAM_MODELS))
                .upstreamCount(flag(UPSTREAM_COUNT));
        builder.models(routing.rules(builder.tiers(), builder.bigWindow()));
    }

    private void limits(ProxySettings.Builder builder) {
        Integer max = number("MAX_TOKENS_LIMIT", 1);
        Integer min = number("MIN_TOKENS_LIMIT", 1);
        builder.maxTokensLimit(max).minTokensLimit(min);
        if (max != null && min != null && max == ORIGINAL_LIMIT && min == ORIGINAL_LIMIT) {
            warnings.add("MAX_TOKENS_LIMIT and MIN_TOKENS_LIMIT: with both at 4096 every answer longer than 4096 tokens"
                    + " is cut, so long files are cut in half; remove both lines");
        }
        Integer timeout = number("REQUEST_TIMEOUT", 1);
        builder.requestTimeout(timeout == null ? null : Duration.ofSeconds(timeout));
        Integer connections = number("MAX_UPSTREAM_CONNECTIONS", 1);
        if (connections != null) {
            builder.maxUpstreamConnections(connections);
        }
        Integer retries = number("MAX_RETRIES", 0);
        if (retries != null) {
            builder.maxRetries(Math.min(retries, 1));
        }
        if (retries != null && retries > 1) {
            warnings.add("MAX_RETRIES: values above 1 act as 1, because clients retry by themselves and the tries"
                    + " multiply");
        }
    }

    private Map<String, String> customHeaders() {
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, String> variableOf = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String variable : new TreeMap<>(variables).keySet()) {
            String value = variables.get(variable);
            if (!variable.startsWith(CUSTOM_HEADER) || value == null || value.isEmpty()) {
                continue;
            }
            String name = variable.substring(CUSTOM_HEADER.length()).replace('_', '-');
            String label = LogText.of(variable);
            String problem = HeaderRules.problem(name, value);
            String twin = variableOf.putIfAbsent(name, label);
            if (problem != null) {
                problems.add(label + ": " + problem);
            } else if (twin != null) {
                problems.add(label + ": sets the same header as " + twin);
            } else {
                headers.put(name, value);
            }
        }
        return headers;
    }

    private boolean flag(String variable) {
        String value = text(variable);
        if (value == null) {
            return false;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> {
                problems.add(variable + ": must be true or false");
                yield false;
            }
        };
    }

    private @Nullable Integer number(String variable, int least) {
        String value = text(variable);
        if (value == null) {
            return null;
        }
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same problem as a number that is too small
        }
        problems.add(variable + ": must be a whole number, at least " + least);
        return null;
    }

    private @Nullable String text(String variable) {
        String value = variables.get(variable);
        return value == null || value.isEmpty() ? null : value;
    }

    private static boolean placeholder(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return lower.startsWith("your-")
                || lower.startsWith("your_")
                || lower.startsWith("sk-your-")
                || lower.startsWith("<")
                || lower.equals("changeme");
    }
}
