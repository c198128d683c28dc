package io.github.claudecodeproxy.benchmarks.process;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The time at which a piece of an answer was sent, as text in it: it survives every translation. The clock is the machine's,
 * so that processes can compare.
 */
final class Mark {

    private static final int DIGITS = 16;

    /** What stands in a piece where the time belongs. */
    static final String PLACE = "@" + "0".repeat(DIGITS);

    private Mark() {}

    /** Where the digits begin; -1 when there are none. */
    static int place(byte[] piece) {
        int at = new String(piece, StandardCharsets.ISO_8859_1).indexOf(PLACE);
        return at < 0 ? -1 : at + 1;
    }

    /** Writes the time into a piece. */
    static void write(byte[] piece, int place, long nanos) {
        long rest = nanos;
        for (int i = place + DIGITS - 1; i >= place; i--) {
            piece[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** Told of each mark. */
    interface Seen {
        void mark(long nanos);
    }

    /** Finds marks in a text that comes in pieces. Used by one thread. */
    static final class Finder {

        private int digits = -1;
        private long value;

        void reset() {
            digits = -1;
        }

        void read(ByteBuffer text, Seen seen) {
            while (text.hasRemaining()) {
                byte next = text.get();
                if (digits < 0) {
                    if (next == '@') {
                        digits = 0;
                        value = 0;
                    }
                } else if (next >= '0' && next <= '9') {
                    value = value * 10 + next - '0';
                    if (++digits == DIGITS) {
                        digits = -1;
                        seen.mark(value);
                    }
                } else {
                    digits = -1;
                }
            }
        }
    }
}
