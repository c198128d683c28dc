package io.github.claudecodeproxy.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that runs on this machine already and lets us in.
 *
 * @param url where it listens
 * @param window of the model that serves most; null when it is not known
 */
record RunningProxy(String url, @Nullable Integer window) {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int PATIENCE_MILLISECONDS = 1000;

    /** The one at this address, if there is one of ours that takes this token. */
    static Optional<RunningProxy> at(String url, String token) {
        try {
            JsonNode welcome = get(url + "/", null);
            if (welcome == null || !welcome.path("name").asText().equals("claude-code-proxy")) {
                return Optional.empty();
            }
            JsonNode model = get(url + "/v1/models/claude-opus-4-5", token);
            if (model == null) {
                return Optional.empty();
            }
            JsonNode window = model.path("max_input_tokens");
            return Optional.of(new RunningProxy(url, window.isInt() ? window.intValue() : null));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static @Nullable JsonNode get(String url, @Nullable String token) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(PATIENCE_MILLISECONDS);
        connection.setReadTimeout(PATIENCE_MILLISECONDS);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestProperty("Accept", "application/json");
        if (token != null) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        try {
            if (connection.getResponseCode() != 200) {
                return null;
            }
            try (InputStream in = connection.getInputStream()) {
                return MAPPER.readTree(in);
            }
        } finally {
            connection.disconnect();
        }
    }
}
