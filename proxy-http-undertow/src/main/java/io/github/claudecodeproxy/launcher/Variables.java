package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.ProxySettings;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The names of our configuration: which there are, which hold secrets, and which one a misspelled name may mean. */
final class Variables {

    static final String OPENAI_API_KEY = "OPENAI_API_KEY";
    static final String ANTHROPIC_API_KEY = "ANTHROPIC_API_KEY";
    static final String OPENAI_BASE_URL = "OPENAI_BASE_URL";
    static final String UPSTREAM_PROXY = "UPSTREAM_PROXY";
    static final String PROVIDER = "PROVIDER";
    static final String UPSTREAM_API = "UPSTREAM_API";
    static final String BIG_MODEL = "BIG_MODEL";
    static final String MIDDLE_MODEL = "MIDDLE_MODEL";
    static final String SMALL_MODEL = "SMALL_MODEL";
    static final String HOST = "HOST";
    static final String PORT = "PORT";
    static final String STATE_SECRET = "STATE_SECRET";
    static final String UPSTREAM_CLIENT = "UPSTREAM_CLIENT";
    static final String SHUTDOWN_GRACE = "SHUTDOWN_GRACE";
    static final String LOG_LEVEL = "LOG_LEVEL";
    static final String LOG_FORMAT = "LOG_FORMAT";
    static final String ALLOW_UNAUTHENTICATED = "ALLOW_UNAUTHENTICATED";
    static final String TLS_CERT_FILE = "TLS_CERT_FILE";
    static final String TLS_KEY_FILE = "TLS_KEY_FILE";
    private static final String API_KEY = "_API_KEY";
    static final String CUSTOM_HEADER_PREFIX = "CUSTOM_HEADER_";

    /** Every name, in the order in which they are shown. */
    static final List<String> NAMES = List.of(
            OPENAI_API_KEY,
            "OPENAI_API_KEY_FILE",
            "OPENAI_API_KEY_COMMAND",
            ANTHROPIC_API_KEY,
            OPENAI_BASE_URL,
            "AZURE_API_VERSION",
            UPSTREAM_PROXY,
            "https_proxy",
            "HTTPS_PROXY",
            "http_proxy",
            "HTTP_PROXY",
            "all_proxy",
            "ALL_PROXY",
            "no_proxy",
            "NO_PROXY",
            "UPSTREAM_CA_FILE",
            "UPSTREAM_CERT_FILE",
            "UPSTREAM_KEY_FILE",
            UPSTREAM_CLIENT,
            PROVIDER,
            UPSTREAM_API,
            BIG_MODEL,
            MIDDLE_MODEL,
            SMALL_MODEL,
            "BIG_BASE_URL",
            "BIG_API_KEY",
            "BIG_API_KEY_FILE",
            "BIG_API_KEY_COMMAND",
            "MIDDLE_BASE_URL",
            "MIDDLE_API_KEY",
            "MIDDLE_API_KEY_FILE",
            "MIDDLE_API_KEY_COMMAND",
            "SMALL_BASE_URL",
            "SMALL_API_KEY",
            "SMALL_API_KEY_FILE",
            "SMALL_API_KEY_COMMAND",
            "MODEL_MAP",
            "IMAGE_MODEL",
            "LONG_CONTEXT_MODEL",
            "LONG_CONTEXT_THRESHOLD",
            "SUBAGENT_MODEL",
            "THINKING_MODEL",
            "FALLBACK_MODELS",
            "CONTEXT_CHECK",
            "UPSTREAM_MODELS",
            "UPSTREAM_COUNT",
            HOST,
            PORT,
            TLS_CERT_FILE,
            TLS_KEY_FILE,
            LOG_LEVEL,
            LOG_FORMAT,
            "MAX_TOKENS_LIMIT",
            "MIN_TOKENS_LIMIT",
            "REQUEST_TIMEOUT",
            "MAX_RETRIES",
            "MAX_UPSTREAM_CONNECTIONS",
            "LOG_CONTENT",
            "STRICT",
            "RATE_LIMIT_HEADERS",
            "PROVIDERS_FILE",
            STATE_SECRET,
            SHUTDOWN_GRACE,
            ALLOW_UNAUTHENTICATED,
            "ALLOWED_HOSTS");

    private Variables() {}

    static boolean known(String name) {
        return NAMES.contains(name) || madeUp(name);
    }

    /** Whether the name is known by how it begins or ends. */
    static boolean madeUp(String name) {
        return ProxySettings.isVariable(name) && !ProxySettings.variables().contains(name);
    }

    static boolean customHeader(String name) {
        return name.startsWith(CUSTOM_HEADER_PREFIX);
    }

    static boolean secret(String name) {
        return name.endsWith(API_KEY)
                || name.endsWith(API_KEY + "_COMMAND")
                || name.equals(STATE_SECRET)
                || (name.toUpperCase(Locale.ROOT).endsWith("_PROXY") && !name.equalsIgnoreCase("NO_PROXY"))
                || customHeader(name);
    }

    /** The name that was probably meant: at most one edit away, in any case. */
    static Optional<String> meant(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return NAMES.stream().filter(known -> oneEdit(known, upper)).findFirst();
    }

    private static boolean oneEdit(String left, String right) {
        int same = 0;
        int shorter = Math.min(left.length(), right.length());
        while (same < shorter && left.charAt(same) == right.charAt(same)) {
            same++;
        }
        String a = left.substring(same);
        String b = right.substring(same);
        return a.equals(b)
                || rest(a, 1).equals(rest(b, 1))
                || rest(a, 1).equals(b)
                || a.equals(rest(b, 1))
                || (rest(a, 2).equals(rest(b, 2)) && swapped(a, b));
    }

    private static boolean swapped(String a, String b) {
        return a.length() >= 2 && b.length() >= 2 && a.charAt(0) == b.charAt(1) && a.charAt(1) == b.charAt(0);
    }

    private static String rest(String text, int from) {
        return text.substring(Math.min(from, text.length()));
    }
}
