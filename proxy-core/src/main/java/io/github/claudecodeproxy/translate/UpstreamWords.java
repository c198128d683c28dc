package io.github.claudecodeproxy.translate;

import java.util.regex.Pattern;

/** Makes a provider's words fit for a client: short, on one line, without secrets. Immutable. */
final class UpstreamWords {

    private static final int LONGEST = 2000;
    /** No expression sees more than this, whatever a provider sends. */
    private static final int LONGEST_READ = 16_384;

    /** Each alternative runs over its characters once: an element without an end takes the rest. */
    private static final Pattern MARKUP =
            Pattern.compile("(?is)<(script|style)\\b.*?(?:</\\1\\s{0,9}>|\\z)|<!--.*?(?:-->|\\z)|</?[a-z!?][^<>]*+>");

    private static final Pattern SPACE = Pattern.compile("\\s+");

    private final Secrets secrets;

    UpstreamWords(Secrets secrets) {
        this.secrets = secrets;
    }

    /** Words from a JSON string, in which {@code <} means itself. */
    String clean(String text) {
        return finish(cut(secrets.maskConfigured(text)));
    }

    /** The words of a page or a plain text. */
    String cleanMarkup(String text) {
        return finish(MARKUP.matcher(cut(secrets.maskConfigured(text))).replaceAll(" "));
    }

    private static String finish(String text) {
        String oneLine = SPACE.matcher(text).replaceAll(" ").strip();
        String masked = Secrets.maskLooks(oneLine);
        return masked.length() > LONGEST ? masked.substring(0, end(masked, LONGEST)) + "..." : masked;
    }

    /** Cuts between words where it can, so that no part of a secret is left that does not look like one. */
    private static String cut(String text) {
        if (text.length() <= LONGEST_READ) {
            return text;
        }
        int end = end(text, LONGEST_READ);
        for (int i = end; i > end - LONGEST; i--) {
            if (Character.isWhitespace(text.charAt(i))) {
                return text.substring(0, i);
            }
        }
        return text.substring(0, end);
    }

    /** Not between the halves of one character. */
    private static int end(String text, int most) {
        return Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    }
}
