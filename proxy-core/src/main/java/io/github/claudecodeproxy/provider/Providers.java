package io.github.claudecodeproxy.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The known providers and models. {@link #builtIn} are those of {@code providers.json} and {@code models.json}; {@link
 * #with} adds a user's own, which come first. Thread-safe, never changes.
 */
public final class Providers {

    private static final String GENERIC = "generic";
    private static final String MODELS = "models";
    private static final String PROVIDERS = "providers";
    private static final String EXTENDS = "extends";
    private static final String MATCH = "match";

    private static final String HOSTS = "hosts";

    private static final Pattern HOST = Pattern.compile("[^\\s:/A-Z]*(:\\d{1,5}|/\\S*)?|\\[[0-9a-f:.]+](:\\d{1,5})?");

    private static final Pattern PRIVATE =
            Pattern.compile("(127|10)\\.[\\d.]+|192\\.168\\.[\\d.]+|172\\.(1[6-9]|2\\d|3[01])\\.[\\d.]+");

    private final ObjectNode modelDefaults;
    private final ModelCatalog catalog;
    private final Map<String, ObjectNode> entries;

    /** Read when they are asked for, for a program needs one or two of them. */
    private final Map<String, ProviderProfile> profiles = new ConcurrentHashMap<>();

    private Providers(ObjectNode modelDefaults, ModelCatalog catalog, Map<String, ObjectNode> entries) {
        this.modelDefaults = modelDefaults;
        this.catalog = catalog;
        this.entries = entries;
    }

    /** The providers that this version knows. */
    public static Providers builtIn() {
        return Holder.BUILT_IN;
    }

    /**
     * These providers and models, with more before them. The text is a JSON object with the lists {@code providers} and
     * {@code models}, of which either may be absent; comments are allowed. A provider's entry has a {@code name} and
     * says what differs from the provider that it {@code extends}; without that, from the provider of the same name, or
     * else from {@code generic}. A model's entry has a {@code match}. The records {@link ProviderProfile} and {@link
     * ModelData} say what each field does.
     *
     * @throws IllegalArgumentException when the text is wrong, with the path of the field and what is wrong with it
     */
    public Providers with(String json) {
        ObjectNode file = DataFile.parse(json);
        for (String key : (Iterable<String>) file::fieldNames) {
            if (!key.equals(MODELS) && !key.equals(PROVIDERS) && !key.equals("note")) {
                throw new IllegalArgumentException(key + ": is no field of this file; it has providers and models");
            }
        }
        Map<String, ObjectNode> all = new LinkedHashMap<>();
        int count = 0;
        for (ObjectNode entry : DataFile.entries(file, PROVIDERS, "")) {
            String name = name(entry, PROVIDERS + "." + count++);
            if (all.containsKey(name)) {
                throw new IllegalArgumentException(PROVIDERS + "." + name + ": is there twice");
            }
            hosts(entry, name);
            ObjectNode base = base(entry, name, all);
            ObjectNode differing = entry.deepCopy();
            differing.remove(EXTENDS);
            if (!entries.containsKey(name) && !differing.has(HOSTS)) {
                differing.putArray(HOSTS);
            }
            all.put(name, complete(base, differing));
        }
        List<String> own = List.copyOf(all.keySet());
        entries.forEach(all::putIfAbsent);
        List<ModelCatalog.Entry> models = models(modelDefaults, file);
        models.forEach(ModelCatalog.Entry::data); // to find what is wrong with them
        Providers providers = new Providers(modelDefaults, catalog.with(models), all);
        own.forEach(providers::profile);
        return providers;
    }

    private static String name(ObjectNode entry, String path) {
        String name = entry.path("name").asText().toLowerCase(Locale.ROOT);
        if (name.isBlank()) {
            throw new IllegalArgumentException(path + ".name: must be a text");
        }
        return name;
    }

    /** A URL in the place of a host would never match. */
    private static void hosts(ObjectNode entry, String name) {
        for (JsonNode host : entry.path(HOSTS)) {
            if (!HOST.matcher(host.asText()).matches()) {
                throw new IllegalArgumentException(
                        PROVIDERS + "." + name
                                + ".hosts: each must be a host, host:port, host/path, .suffix of hosts or :port, in lower case");
            }
        }
    }

    private ObjectNode base(ObjectNode entry, String name, Map<String, ObjectNode> earlier) {
        String wanted = entry.has(EXTENDS)
                ? entry.path(EXTENDS).asText().toLowerCase(Locale.ROOT)
                : entries.containsKey(name) ? name : GENERIC;
        ObjectNode base = earlier.containsKey(wanted) ? earlier.get(wanted) : entries.get(wanted);
        if (base == null) {
            throw new IllegalArgumentException(PROVIDERS + "." + name + ".extends: there is no provider of that name");
        }
        return base;
    }

    /** An entry with everything that it inherits, also in what it says of single models. */
    private static ObjectNode complete(ObjectNode base, ObjectNode own) {
        ObjectNode entry = DataFile.merged(base, own);
        entry.put("name", own.path("name").asText().toLowerCase(Locale.ROOT));
        ArrayNode models = JsonNodeFactory.instance.arrayNode();
        DataFile.entries(own, MODELS, PROVIDERS + "." + entry.path("name").asText() + ".")
                .forEach(models::add);
        DataFile.entries(base, MODELS, "").forEach(models::add);
        entry.set(MODELS, models);
        return entry;
    }

    private ProviderProfile profile(String name) {
        return profiles.computeIfAbsent(name, key -> read(key, Objects.requireNonNull(entries.get(key)), catalog));
    }

    private static ProviderProfile read(String name, ObjectNode entry, ModelCatalog catalog) {
        String path = PROVIDERS + "." + name;
        ObjectNode whole = entry.deepCopy();
        ArrayNode variants = whole.putArray(MODELS);
        ObjectNode common = whole.deepCopy();
        for (ObjectNode variant : DataFile.entries(entry, MODELS, path + ".")) {
            if (!variant.path(MATCH).isTextual()) {
                throw new IllegalArgumentException(path + ".models." + variants.size() + ".match: must be a text");
            }
            ObjectNode differing = variant.deepCopy();
            differing.remove(MATCH);
            variants.addObject()
                    .<ObjectNode>set(MATCH, variant.get(MATCH))
                    .set("profile", DataFile.merged(common, differing));
        }
        return DataFile.read(whole, ProviderProfile.class, path, catalog);
    }

    private static List<ModelCatalog.Entry> models(ObjectNode defaults, ObjectNode file) {
        List<ModelCatalog.Entry> models = new ArrayList<>();
        for (ObjectNode entry : DataFile.entries(file, MODELS, "")) {
            String path = MODELS + "." + models.size();
            models.add(new ModelCatalog.Entry(
                    ModelPattern.of(entry.path(MATCH).asText()),
                    entry.path("provider").textValue(),
                    () -> DataFile.read(DataFile.merged(defaults, entry), ModelData.class, path, null)));
        }
        return models;
    }

    /** All profiles. */
    public List<ProviderProfile> all() {
        return entries.keySet().stream().map(this::profile).toList();
    }

    /** The profile of this name, in any case. */
    public Optional<ProviderProfile> named(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        return entries.containsKey(key) ? Optional.of(profile(key)) : Optional.empty();
    }

    /** The first profile that claims this base URL; the cautious {@code generic} one when none does. */
    public ProviderProfile forBaseUrl(URI baseUrl) {
        return profile(entries.entrySet().stream()
                .filter(entry -> claims(entry.getValue(), baseUrl))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(GENERIC));
    }

    private static boolean claims(ObjectNode entry, URI baseUrl) {
        for (JsonNode host : entry.path(HOSTS)) {
            if (matches(host.asText(), baseUrl)) {
                return true;
            }
        }
        return false;
    }

    /** The profile of the provider whose routes have deployments and an API version. */
    public Optional<ProviderProfile> withDeploymentRoutes() {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().path("deployment_routes").asBoolean())
                .map(entry -> profile(entry.getKey()))
                .findFirst();
    }

    private static boolean matches(String pattern, URI baseUrl) {
        String host = String.valueOf(baseUrl.getHost()).toLowerCase(Locale.ROOT);
        if (pattern.startsWith(":")) {
            return local(host) && pattern.equals(":" + baseUrl.getPort());
        }
        if (pattern.equals(host + ":" + baseUrl.getPort())) {
            return true;
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
        static final Providers BUILT_IN = load();

        private static Providers load() {
            ObjectNode models = DataFile.resource("models.json");
            ObjectNode modelDefaults = (ObjectNode) models.required("defaults");
            ObjectNode providers = DataFile.resource("providers.json");
            ObjectNode defaults = (ObjectNode) providers.required("defaults");
            Map<String, ObjectNode> entries = new LinkedHashMap<>();
            for (ObjectNode entry : DataFile.entries(providers, PROVIDERS, "")) {
                entries.put(entry.required("name").asText(), complete(defaults, entry));
            }
            return new Providers(modelDefaults, new ModelCatalog(models(modelDefaults, models)), entries);
        }
    }
}
