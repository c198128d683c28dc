package io.github.claudecodeproxy.translate;

/**
 * Joins characters that a provider cut in two: half of a surrogate pair at the end of one fragment waits for the next. A
 * half that stays alone becomes the replacement character, since many JSON parsers refuse it. Used by one thread at a
 * time.
 */
final class Surrogates {

    private static final char REPLACEMENT = '\uFFFD';

    private char half;

    String join(String fragment) {
        if (fragment.isEmpty()) {
            return fragment;
        }
        String joined = half == 0 ? fragment : half + fragment;
        char last = joined.charAt(joined.length() - 1);
        if (!Character.isHighSurrogate(last)) {
            half = 0;
            return paired(joined);
        }
        half = last;
        return paired(joined.substring(0, joined.length() - 1));
    }

    private static String paired(String text) {
        StringBuilder repaired = null;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (!Character.isSurrogate(unit)) {
                continue;
            }
            if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else {
                repaired = repaired == null ? new StringBuilder(text) : repaired;
                repaired.setCharAt(i, REPLACEMENT);
            }
        }
        return repaired == null ? text : repaired.toString();
    }
}
