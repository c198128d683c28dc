package io.github.claudecodeproxy.translate;

import java.util.function.Consumer;

/**
 * Cuts the client's beginning of an answer from the answer of a host that repeats it. Holds back only what may still be
 * that beginning. Used by one thread at a time.
 */
final class PrefillEcho {

    private final Consumer<String> out;
    private String expected;
    private String read = "";

    /**
     * A cut.
     *
     * @param prefill what may be repeated; empty when nothing may
     */
    PrefillEcho(String prefill, Consumer<String> out) {
        this.expected = prefill;
        this.out = out;
    }

    void accept(String text) {
        if (expected.isEmpty()) {
            out.accept(text);
            return;
        }
        read += text;
        if (read.startsWith(expected)) {
            release(read.substring(expected.length()));
        } else if (!expected.startsWith(read)) {
            release(read);
        }
    }

    /** No more text follows: what was held back was not all of it. */
    void end() {
        release(read);
    }

    private void release(String text) {
        expected = "";
        read = "";
        if (!text.isEmpty()) {
            out.accept(text);
        }
    }
}
