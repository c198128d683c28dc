package io.github.claudecodeproxy.tokenizer;

import io.github.claudecodeproxy.tokens.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts a text in pieces and remembers how many tokens each piece has, so that a conversation which has grown costs only
 * what is new. Keeps digests, not texts. Bounded and thread-safe.
 */
final class RememberingTokenizer implements Tokenizer {

    /** Long enough that the token which a cut may cost does not matter. */
    private static final int PIECE = 8192;

    /** A digest costs as much as counting so short a text. */
    private static final int SHORT = 64;

    private static final int MOST = 50_000;

    private final Tokenizer tokenizer;
    private final Map<Digest, Integer> counts = new LinkedHashMap<>(16, 0.75f, true);

    RememberingTokenizer(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Half of a SHA-256, which is enough to tell texts apart, also those that somebody has thought out. */
    private record Digest(long high, long low) {

        static Digest of(String text) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_16LE));
                return new Digest(number(hash, 0), number(hash, 8));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        private static long number(byte[] bytes, int from) {
            long number = 0;
            for (int i = from; i < from + 8; i++) {
                number = number << 8 | (bytes[i] & 0xFF);
            }
            return number;
        }
    }

    @Override
    public long count(String text) {
        long sum = 0;
        int from = 0;
        while (from < text.length()) {
            int to = end(text, from);
            sum += piece(text.substring(from, to));
            from = to;
        }
        return sum;
    }

    /** Where the piece that begins here ends: before a blank or a line's end if there is one, as a token does. */
    private static int end(String text, int from) {
        if (text.length() - from <= PIECE) {
            return text.length();
        }
        int latest = from + PIECE;
        for (int i = latest; i > from + PIECE / 2; i--) {
            char c = text.charAt(i);
            boolean blank = c == ' ' || c == '\n';
            if (blank && !Character.isWhitespace(text.charAt(i - 1))) {
                return i;
            }
        }
        return Character.isLowSurrogate(text.charAt(latest)) ? latest - 1 : latest;
    }

    private int piece(String piece) {
        if (piece.length() < SHORT) {
            return Math.toIntExact(tokenizer.count(piece));
        }
        Digest digest = Digest.of(piece);
        Integer known = known(digest);
        if (known != null) {
            return known;
        }
        int count = Math.toIntExact(tokenizer.count(piece));
        remember(digest, count);
        return count;
    }

    private synchronized @Nullable Integer known(Digest digest) {
        return counts.get(digest);
    }

    private synchronized void remember(Digest digest, int count) {
        counts.put(digest, count);
        if (counts.size() > MOST) {
            counts.remove(counts.keySet().iterator().next());
        }
    }
}
