package io.github.claudecodeproxy.provider;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an upstream's routes are and what authenticates there. Knows the three forms of Azure's URLs: the resource
 * with an API version, whose models are deployment names; the documented URL of one deployment; and {@code /openai/v1}.
 * Immutable.
 */
public final class Endpoint {

    private static final String CHAT_COMPLETIONS = "/chat/completions";
    private static final Pattern DOTS = Pattern.compile("\\.+");

    private final URI baseUrl;
    private final @Nullable String apiVersion;
    private final ProviderProfile profile;

    private Endpoint(URI baseUrl, @Nullable String apiVersion, ProviderProfile profile) {
        this.baseUrl = baseUrl;
        this.apiVersion = apiVersion;
        this.profile = profile;
    }

    /**
     * An upstream.
     *
     * @param baseUrl absolute; what {@code /chat/completions} is appended to, with or without a final slash
     * @param azureApiVersion the {@code api-version} of Azure's classic routes; null elsewhere
     * @param profile how the provider differs
     */
    public static Endpoint of(URI baseUrl, @Nullable String azureApiVersion, ProviderProfile profile) {
        return new Endpoint(baseUrl, azureApiVersion, profile);
    }

    /** How the provider differs. */
    public ProviderProfile profile() {
        return profile;
    }

    /** The URL of a chat completion with this model. */
    public URI chatCompletions(String model) {
        String base = base();
        if (base.endsWith(CHAT_COMPLETIONS)) {
            return withVersion(base);
        }
        return withVersion((versioned() ? deployment(base, model) : base) + CHAT_COMPLETIONS);
    }

    /** The URL of a response with a model, which the request names; Azure's classic routes have one for all deployments. */
    public URI responses() {
        return route("/responses");
    }

    /** The URL of the list of models. */
    public URI models() {
        return route("/models");
    }

    /** A route that is no model's own. */
    private URI route(String route) {
        String base = base();
        int deployments = base.indexOf("/deployments/");
        if (deployments >= 0) {
            return withVersion(base.substring(0, deployments) + route);
        }
        if (base.endsWith(CHAT_COMPLETIONS)) {
            return withVersion(base.substring(0, base.length() - CHAT_COMPLETIONS.length()) + route);
        }
        if (versioned()) {
            return withVersion(base.endsWith("/openai") ? base + route : base + "/openai" + route);
        }
        return withVersion(base + route);
    }

    /** The URL of a path that is not below {@code /v1}, with what stands before that. */
    public URI beside(String path) {
        String base = base();
        if (base.endsWith(CHAT_COMPLETIONS)) {
            base = base.substring(0, base.length() - CHAT_COMPLETIONS.length());
        }
        return URI.create((base.endsWith("/v1") ? base.substring(0, base.length() - "/v1".length()) : base) + path);
    }

    /** The headers that carry this key. */
    public Map<String, String> authentication(String key) {
        Map<String, String> headers = new LinkedHashMap<>();
        switch (profile.auth()) {
            case BEARER -> headers.put("Authorization", "Bearer " + key);
            case API_KEY -> headers.put("api-key", key);
        }
        return headers;
    }

    private String base() {
        String url = baseUrl.toString();
        int query = url.indexOf('?');
        String path = query < 0 ? url : url.substring(0, query);
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String deployment(String base, String model) {
        if (base.contains("/deployments/")) {
            return base;
        }
        String root = base.endsWith("/openai") ? base : base + "/openai";
        String name = URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
        // A name of dots would be a step up in the path.
        return root + "/deployments/" + (DOTS.matcher(name).matches() ? name.replace(".", "%2E") : name);
    }

    /** Whether these are Azure's classic routes. */
    private boolean versioned() {
        return apiVersion != null && !base().endsWith("/openai/v1");
    }

    private URI withVersion(String url) {
        String query = baseUrl.getRawQuery();
        if (apiVersion != null && versioned() && (query == null || !query.contains("api-version="))) {
            String version = "api-version=" + URLEncoder.encode(apiVersion, StandardCharsets.UTF_8);
            query = query == null ? version : query + "&" + version;
        }
        return URI.create(query == null ? url : url + "?" + query);
    }
}
