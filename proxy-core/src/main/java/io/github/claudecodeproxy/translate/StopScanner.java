package io.github.claudecodeproxy.translate;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes a text on up to the first stop sequence in it, however the text is cut into pieces. The sequence that is
 * complete first counts, of two that end together the longer one. Holds back no more than what may be the beginning of
 * one. Used by one thread at a time.
 */
final class StopScanner {

    private final List<String> sequences;
    private final Consumer<String> out;
    private String held = "";
    private @Nullable String matched;

    StopScanner(List<String> sequences, Consumer<String> out) {
        this.sequences = sequences;
        this.out = out;
    }

    void accept(String piece) {
        if (matched != null) {
            return;
        }
        if (sequences.isEmpty()) {
            out.accept(piece);
            return;
        }
        String text = held + piece;
        held = "";
        int start = text.length();
        int end = Integer.MAX_VALUE;
        for (String sequence : sequences) {
            int at = text.indexOf(sequence);
            int after = at + sequence.length();
            if (at >= 0 && (after < end || (after == end && at < start))) {
                start = at;
                end = after;
                matched = sequence;
            }
        }
        if (matched == null) {
            start = text.length() - begun(text);
            held = text.substring(start);
        }
        if (start > 0) {
            out.accept(text.substring(0, start));
        }
    }

    /** How many of the last characters may be the beginning of a sequence. */
    private int begun(String text) {
        int longest = 0;
        for (String sequence : sequences) {
            for (int length = Math.min(sequence.length() - 1, text.length()); length > longest; length--) {
                if (text.regionMatches(text.length() - length, sequence, 0, length)) {
                    longest = length;
                }
            }
        }
        return longest;
    }

    /** No more text follows, or something else follows: what was held back was no sequence. */
    void end() {
        if (matched == null && !held.isEmpty()) {
            out.accept(held);
        }
        held = "";
    }

    /** The sequence that was met; null while none was. */
    @Nullable
    String matched() {
        return matched;
    }
}
