package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals what a provider wants to have back into a text that a client carries for us: a version, the packed JSON, and a
 * MAC over both, in base64. Whoever knows the same secret can open it, so nothing is kept between calls. It is not
 * encrypted: the client has seen it all anyway. Thread-safe.
 */
final class StateSeal {

    private static final byte VERSION = 1;
    private static final int MAC_BYTES = 16;
    private static final int LONGEST_SEALED = 256 << 10;
    private static final int LONGEST_OPENED = 4 << 20;
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] LABEL = "claude-code-proxy state 1".getBytes(StandardCharsets.US_ASCII);

    /** The first seals, all open. */
    private final List<byte[]> secrets;

    /** Made when the first is needed, for the JVM's cryptography takes a while to load. */
    private volatile @Nullable List<SecretKeySpec> keys;

    private StateSeal(List<byte[]> secrets) {
        this.secrets = secrets;
    }

    /** A seal that every instance with this secret can open; without a secret, one that only this instance can open. */
    static StateSeal of(@Nullable String secret) {
        return of(secret, List.of());
    }

    /** The same, which also opens what was sealed with older secrets. */
    static StateSeal of(@Nullable String secret, List<String> older) {
        List<byte[]> secrets = new ArrayList<>();
        secrets.add(secret == null ? madeUp() : bytes(secret));
        older.forEach(old -> secrets.add(bytes(old)));
        return new StateSeal(List.copyOf(secrets));
    }

    private static byte[] madeUp() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return secret;
    }

    private static byte[] bytes(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("the secret for the state of providers must not be empty");
        }
        return secret.getBytes(StandardCharsets.UTF_8);
    }

    private List<SecretKeySpec> keys() {
        List<SecretKeySpec> made = keys;
        if (made == null) {
            made = secrets.stream().map(StateSeal::key).toList();
            keys = made;
        }
        return made;
    }

    private static SecretKeySpec key(byte[] secret) {
        return new SecretKeySpec(mac(new SecretKeySpec(secret, ALGORITHM), LABEL, LABEL.length), ALGORITHM);
    }

    /**
     * What is sealed.
     *
     * @param provider whose state it is
     * @param model the model that it is of
     * @param kind what the payload is
     * @param payload the state
     */
    record State(String provider, String model, String kind, JsonNode payload) {}

    /** The sealed text; null when it would be too long to be carried. */
    @Nullable
    String seal(State state) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("p", state.provider()).put("m", state.model()).put("k", state.kind());
        json.set("d", state.payload());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(VERSION);
        try (DeflaterOutputStream packed = new DeflaterOutputStream(out)) {
            packed.write(ClaudeJson.bytes(json));
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail", e);
        }
        byte[] body = out.toByteArray();
        byte[] sealed = Arrays.copyOf(body, body.length + MAC_BYTES);
        System.arraycopy(mac(keys().get(0), body, body.length), 0, sealed, body.length, MAC_BYTES);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
        return text.length() > LONGEST_SEALED ? null : text;
    }

    /** What was sealed; null when it was not by us, or is damaged. */
    @Nullable
    State open(@Nullable String text) {
        byte[] sealed = text == null || text.length() > LONGEST_SEALED ? null : decoded(text);
        if (sealed == null || sealed.length <= MAC_BYTES || sealed[0] != VERSION) {
            return null;
        }
        int length = sealed.length - MAC_BYTES;
        if (keys().stream().noneMatch(one -> sealedWith(one, sealed, length))) {
            return null;
        }
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(sealed, 1, length - 1))) {
            byte[] json = in.readNBytes(LONGEST_OPENED);
            JsonNode state = ClaudeJson.mapper().readTree(json);
            return new State(
                    state.path("p").asText(),
                    state.path("m").asText(),
                    state.path("k").asText(),
                    state.path("d"));
        } catch (IOException damaged) {
            return null;
        }
    }

    private static boolean sealedWith(SecretKeySpec key, byte[] sealed, int length) {
        byte[] expected = Arrays.copyOf(mac(key, sealed, length), MAC_BYTES);
        return MessageDigest.isEqual(expected, Arrays.copyOfRange(sealed, length, sealed.length));
    }

    private static byte @Nullable [] decoded(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException foreign) {
            return null;
        }
    }

    private static byte[] mac(SecretKeySpec key, byte[] bytes, int length) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(bytes, 0, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
