package io.github.claudecodeproxy.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a client sent one of the right keys: as {@code x-api-key}, which alone decides when it is there, or as a bearer. */
final class ClientAuthentication {

    private static final String BEARER = "bearer ";

    private static final ClientKey ANYBODY = new ClientKey(null, "");

    private final List<ClientKey> keys;
    private final List<byte[]> expected;

    ClientAuthentication(List<ClientKey> keys) {
        this.keys = keys;
        expected = keys.stream().map(key -> digest(key.key())).toList();
    }

    /** Whose key was sent; null when it is nobody's. */
    @Nullable
    ClientKey client(Exchange exchange) {
        if (expected.isEmpty()) {
            return ANYBODY;
        }
        String sent = credential(exchange);
        if (sent == null) {
            return null;
        }
        // Every key is compared, so that the time says nothing about which of them was nearly right.
        byte[] digest = digest(sent);
        ClientKey client = null;
        for (int i = 0; i < expected.size(); i++) {
            client = MessageDigest.isEqual(expected.get(i), digest) ? keys.get(i) : client;
        }
        return client;
    }

    private static @Nullable String credential(Exchange exchange) {
        String key = exchange.header("x-api-key");
        if (key != null && !key.isEmpty()) {
            return key;
        }
        String authorization = exchange.header("authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return null;
        }
        return authorization.substring(BEARER.length());
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
