package io.github.claudecodeproxy.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** Whether a client sent the right key: as {@code x-api-key}, which alone decides when it is there, or as a bearer. */
final class ClientAuthentication {

    private static final String BEARER = "bearer ";

    private final byte @Nullable [] expected;

    ClientAuthentication(@Nullable String key) {
        expected = key == null ? null : digest(key);
    }

    boolean admits(Exchange exchange) {
        if (expected == null) {
            return true;
        }
        String sent = credential(exchange);
        return sent != null && MessageDigest.isEqual(expected, digest(sent));
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
