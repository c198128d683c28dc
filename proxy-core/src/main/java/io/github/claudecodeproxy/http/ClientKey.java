package io.github.claudecodeproxy.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key that clients may send. Immutable.
 *
 * @param name whose it is, as logs and metrics say; null when nobody has said
 * @param key what is sent
 */
public record ClientKey(@Nullable String name, String key) {

    static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.@-]{1,64}");

    // What a key in base64 ends with is no name's key.
    private static final Pattern NAMED = Pattern.compile("(" + NAME + ")=(?==*[^=])(.*)", Pattern.DOTALL);

    /** Reads {@code NAME=KEY} or only a key; signs of equality at the end of a text belong to a key. */
    public static ClientKey parse(String text) {
        Matcher named = NAMED.matcher(text);
        return named.matches() ? new ClientKey(named.group(1), named.group(2)) : new ClientKey(null, text);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return name == null ? "a client" : name;
    }
}
