package io.github.claudecodeproxy.upstream;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What lets us in at an upstream. Immutable.
 *
 * @param key the key or the token
 * @param bearer whether it is sent as a bearer token whatever the provider does with its keys, as the tokens of Entra ID
 *     are on Azure
 * @param askAgain from when on another one should be asked for; null for never, unless this one is refused
 */
public record Credential(
        String key, boolean bearer, @Nullable Instant askAgain) {

    private static final Pattern JWT = Pattern.compile("eyJ[A-Za-z0-9_-]+\\.([A-Za-z0-9_-]+)\\.[A-Za-z0-9_-]*");
    private static final Pattern EXPIRY = Pattern.compile("\"exp\"\\s*:\\s*([0-9]{1,12})\\b");

    /** A token may be on its way, or in use by a slow clock, when it expires. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    /** A credential; the key is no null. */
    public Credential {
        Objects.requireNonNull(key);
    }

    /** A key that holds until it is refused. */
    public static Credential key(String key) {
        return new Credential(key, false, null);
    }

    /** A token that expires; the next one is asked for a minute before. */
    public static Credential token(String token, Instant expires) {
        return new Credential(token, true, expires.minus(MARGIN));
    }

    /** What a text is: a signed token (JWT), which says itself when it expires, or else a key. */
    public static Credential of(String text) {
        Matcher token = JWT.matcher(text);
        if (!token.matches()) {
            return key(text);
        }
        Instant expires = expiry(token.group(1));
        return expires == null ? new Credential(text, true, null) : token(text, expires);
    }

    /** The same, to be asked for again at this time at the latest. */
    Credential until(Instant latest) {
        return askAgain != null && askAgain.isBefore(latest) ? this : new Credential(key, bearer, latest);
    }

    private static @Nullable Instant expiry(String claims) {
        try {
            Matcher expiry = EXPIRY.matcher(new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8));
            return expiry.find() ? Instant.ofEpochSecond(Long.parseLong(expiry.group(1))) : null;
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return (bearer ? "a token" : "a key") + (askAgain == null ? "" : " until " + askAgain);
    }
}
