package io.github.claudecodeproxy.translate;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Masks what no client may see in a provider's words: the configured secrets, and what looks like one. Immutable. */
final class Secrets {

    private static final String MASK = "[masked]";

    /** What the provider has masked itself, such as {@code sk-ab***yz}, stays readable. */
    private static final String NOT_MASKED = "(?![\\w-]{0,40}\\*{3})";

    /** Long, and neither a word nor a name: with a digit in it, or letters without a break. */
    private static final String KEY = NOT_MASKED + "(?:(?=[\\w-]{0,99}\\d)[\\w-]{16,}+|[A-Za-z0-9]{24,}+)";

    private static final String TOKEN = NOT_MASKED + "(?:(?=[\\w.~+/-]{0,99}\\d)[\\w.~+/-]{16,}+|[A-Za-z0-9]{24,}+)=*";

    private static final String PREFIXES =
            "csk|sk|pk|rk|gsk|xai|nvapi|pplx|hf|fw|r8|tgp|ghp|gho|ghu|ghs|github_pat|glpat";

    /** In each, the first group is what may be read; none looks far ahead, so that none takes long. */
    private static final List<Pattern> LOOKS = Stream.of(
                    "()(?<![A-Za-z0-9])eyJ[\\w-]{10,}+(?:\\.[\\w-]++){0,4}",
                    "()(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,}+",
                    "()(?<![A-Za-z0-9])AIza[\\w-]{16,}+",
                    "()(?<![A-Za-z0-9])(?:" + PREFIXES + ")[-_]" + KEY,
                    "((?i:\\bbasic)\\s)(?=[A-Za-z0-9+/]{0,99}(?:[0-9=]|[a-z][A-Z]))[A-Za-z0-9+/]{8,}+=*",
                    "((?i:\\bbearer)\\s[\"']?)" + TOKEN,
                    "((?<![A-Za-z0-9-])(?i:(?:x-)?(?:api|access|secret)[ _-]?(?:key|token)|token|secret|password)"
                            + "(?:\\s(?:provided|is|was|given)){0,2}[\"']?\\s?[:=\"']\\s?[\"']?)" + TOKEN,
                    "((?<![A-Za-z0-9-])(?i:key)(?:\\sprovided)?[\"']?\\s?[:=]\\s?[\"']?)" + KEY)
            .map(Pattern::compile)
            .toList();

    private final List<String> configured;

    Secrets(Set<String> configured) {
        this.configured = configured.stream()
                .flatMap(Secrets::withAndWithoutScheme)
                .filter(secret -> !secret.isBlank())
                .distinct()
                // What holds another secret goes first.
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** Of {@code Bearer K}, as of a configured header, the provider may repeat K alone. */
    private static Stream<String> withAndWithoutScheme(String secret) {
        String value = secret.strip();
        int space = value.indexOf(' ');
        String bare = space < 0 ? "" : value.substring(space + 1).strip();
        return bare.length() >= 8 ? Stream.of(secret, value, bare) : Stream.of(secret, value);
    }

    /** Masks the configured secrets, which takes time in proportion to the length of the text. */
    String maskConfigured(String text) {
        String masked = text;
        for (String secret : configured) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }

    /** Masks what looks like a secret in a short text on one line. */
    static String maskLooks(String text) {
        String masked = text;
        for (Pattern look : LOOKS) {
            masked = look.matcher(masked).replaceAll("$1" + MASK);
        }
        return masked;
    }
}
