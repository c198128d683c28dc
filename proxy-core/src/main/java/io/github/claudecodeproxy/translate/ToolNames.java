package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.Tool;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names of one request's tools, as both sides can carry them: the API takes 128 characters, Chat Completions 64
 * and no other signs than letters, digits, {@code _} and {@code -}. A name that does not fit is shortened in a way that
 * depends on nothing but the name, and restored in the answer. Used by one thread at a time.
 */
final class ToolNames {

    private static final int LONGEST = 64;
    private static final int KEPT = 55;
    private static final int HASH_DIGITS = 8;
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9_-]{1," + LONGEST + "}");
    private static final Pattern ILLEGAL_SIGN = Pattern.compile("[^a-zA-Z0-9_-]");

    private final Map<String, String> originals = new HashMap<>();

    ToolNames(ClaudeRequest request) {
        if (request.tools() != null) {
            for (Tool tool : request.tools()) {
                if (tool.name() != null) {
                    upstream(tool.name());
                }
            }
        }
    }

    /** The name that goes to the upstream. */
    String upstream(String name) {
        if (LEGAL.matcher(name).matches()) {
            return name;
        }
        String legal = ILLEGAL_SIGN.matcher(name).replaceAll("_");
        String kept = legal.substring(0, Math.min(KEPT, legal.length()));
        String shortened = kept + "_" + Sha256.hex(name).substring(0, HASH_DIGITS);
        originals.put(shortened, name);
        return shortened;
    }

    /** The name that the client knows. */
    String client(String name) {
        return originals.getOrDefault(name, name);
    }
}
