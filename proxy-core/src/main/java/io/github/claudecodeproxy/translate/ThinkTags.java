package io.github.claudecodeproxy.translate;

import java.util.function.Consumer;

/**
 * Splits reasoning from text where a model writes both into its text: {@code <think>} at the very start, up to
 * {@code </think>}. Tags may be cut anywhere. Used by one thread at a time.
 */
final class ThinkTags {

    private static final String OPENING = "<think>";
    private static final String CLOSING = "</think>";

    private final Consumer<String> reasoning;
    private final Consumer<String> text;
    private final StringBuilder held = new StringBuilder();
    private State state = State.START;

    private enum State {
        /** Only white space, or a piece of the opening tag; held back. */
        START,
        /** Behind the opening tag; all but a piece of the closing tag is passed on as reasoning. */
        INSIDE,
        /** Behind the closing tag, or there was no opening tag; everything is passed on as text. */
        OUTSIDE
    }

    ThinkTags(Consumer<String> reasoning, Consumer<String> text) {
        this.reasoning = reasoning;
        this.text = text;
    }

    void accept(String fragment) {
        if (state == State.OUTSIDE) {
            text.accept(fragment);
            return;
        }
        held.append(fragment);
        if (state == State.START) {
            start();
        }
        if (state == State.INSIDE) {
            inside();
        }
    }

    /** What is still held back when the answer ends, or goes on with something else than text. */
    void end() {
        if (!held.isEmpty()) {
            (state == State.INSIDE ? reasoning : text).accept(held.toString());
            held.setLength(0);
        }
        state = State.OUTSIDE;
    }

    private void start() {
        String begun = held.toString().stripLeading();
        if (begun.startsWith(OPENING)) {
            held.delete(0, held.length() - begun.length() + OPENING.length());
            state = State.INSIDE;
        } else if (!OPENING.startsWith(begun)) {
            state = State.OUTSIDE;
            text.accept(held.toString());
            held.setLength(0);
        }
    }

    private void inside() {
        int end = held.indexOf(CLOSING);
        if (end >= 0) {
            passOn(end);
            held.delete(0, CLOSING.length());
            state = State.OUTSIDE;
            if (!held.isEmpty()) {
                text.accept(held.toString());
                held.setLength(0);
            }
        } else {
            passOn(held.length() - cutTag());
        }
    }

    private void passOn(int length) {
        if (length > 0) {
            reasoning.accept(held.substring(0, length));
            held.delete(0, length);
        }
    }

    /** How many of the last characters may be the beginning of the closing tag. */
    private int cutTag() {
        for (int length = Math.min(CLOSING.length() - 1, held.length()); length > 0; length--) {
            if (CLOSING.startsWith(held.substring(held.length() - length))) {
                return length;
            }
        }
        return 0;
    }
}
