package io.github.claudecodeproxy.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.claudecodeproxy.upstream.Credential;
import io.github.claudecodeproxy.upstream.CredentialSupplier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Azure OpenAI without a key: tokens of Entra ID for an application with a secret, each of which holds for an hour or so.
 * Give it to {@code ProxySettings.builder().upstreamCredential(...)}. Whoever has Azure's own library asks its
 * {@code TokenCredential} in the same way, which also knows managed identities. Thread-safe.
 */
public final class EntraId implements CredentialSupplier {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final HttpRequest request;

    /**
     * Tokens for an application.
     *
     * @param authority usually {@code https://login.microsoftonline.com}
     * @param tenant the directory's name or id
     * @param application the application's id
     * @param secret the application's secret
     */
    public EntraId(URI authority, String tenant, String application, String secret) {
        String form = Map.of(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        application,
                        "client_secret",
                        secret,
                        "scope",
                        "https://cognitiveservices.azure.com/.default")
                .entrySet()
                .stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        request = HttpRequest.newBuilder(authority.resolve("/" + tenant + "/oauth2/v2.0/token"))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
    }

    @Override
    public CompletionStage<Credential> credential(@Nullable Credential refused) {
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(EntraId::token);
    }

    private static Credential token(HttpResponse<String> answer) {
        JsonNode json;
        try {
            json = MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException("Entra ID answered with status " + answer.statusCode(), e);
        }
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(
                    "Entra ID answered with status " + answer.statusCode() + " and the error " + json.path("error"));
        }
        Instant expires = Instant.now().plusSeconds(json.path("expires_in").asLong());
        return Credential.token(json.path("access_token").asText(), expires);
    }
}
