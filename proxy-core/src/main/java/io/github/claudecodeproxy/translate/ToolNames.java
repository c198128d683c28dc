package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ContentBlock;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of one request's tools, as both sides can carry them: the API takes 128 characters, Chat Completions 64
 * and no other signs than letters, digits, {@code _} and {@code -}. A name that does not fit is shortened in a way that
 * depends on nothing but the name, and restored in the answer; members of a toolset are named after both. Used by one
 * thread at a time.
 */
final class ToolNames {

    private static final int LONGEST = 64;
    private static final int KEPT = 55;
    private static final int HASH_DIGITS = 8;
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9_-]{1," + LONGEST + "}");
    private static final Pattern ILLEGAL_SIGN = Pattern.compile("[^a-zA-Z0-9_-]");

    private final Map<ClientName, String> upstream = new HashMap<>();
    private final Map<String, ClientName> client = new HashMap<>();

    /**
     * A tool as the client calls it.
     *
     * @param name the tool
     * @param toolset the set that it belongs to; null when it stands alone
     */
    record ClientName(String name, @Nullable String toolset) {

        private String joined() {
            return toolset == null ? name : toolset + "_" + name;
        }
    }

    /** The name that goes to the upstream. */
    String upstream(String name) {
        return upstream(new ClientName(name, null));
    }

    /** The name that goes to the upstream for the tool of a call. */
    String upstream(ContentBlock.ToolUse use) {
        return upstream(new ClientName(use.name(), use.toolsetName()));
    }

    /** The name that goes to the upstream; two tools never share one. */
    String upstream(ClientName name) {
        String known = upstream.get(name);
        if (known != null) {
            return known;
        }
        String wanted = fitting(name.joined());
        for (int number = 1; client.containsKey(wanted); number++) {
            wanted = shortened(name.joined(), name + "#" + number);
        }
        upstream.put(name, wanted);
        client.put(wanted, name);
        return wanted;
    }

    private static String fitting(String name) {
        return LEGAL.matcher(name).matches() ? name : shortened(name, name);
    }

    private static String shortened(String name, String hashed) {
        String legal = ILLEGAL_SIGN.matcher(name).replaceAll("_");
        String kept = legal.substring(0, Math.min(KEPT, legal.length()));
        return kept + "_" + Sha256.hex(hashed).substring(0, HASH_DIGITS);
    }

    /** The tool that the client knows. */
    ClientName client(String name) {
        ClientName known = client.get(name);
        return known != null ? known : new ClientName(name, null);
    }
}
