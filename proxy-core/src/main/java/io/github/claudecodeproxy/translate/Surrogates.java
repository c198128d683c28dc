package io.github.claudecodeproxy.translate;

/**
 * Joins characters that a provider cut in two: half of a surrogate pair at the end of one fragment waits for the next.
 * Used by one thread at a time.
 */
final class Surrogates {

    private char half;

    String join(String fragment) {
        if (fragment.isEmpty()) {
            return fragment;
        }
        String joined = half == 0 ? fragment : half + fragment;
        char last = joined.charAt(joined.length() - 1);
        if (!Character.isHighSurrogate(last)) {
            half = 0;
            return joined;
        }
        half = last;
        return joined.substring(0, joined.length() - 1);
    }
}
