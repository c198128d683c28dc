package io.github.claudecodeproxy.translate;

import java.util.function.Consumer;

/**
 * Splits reasoning from text where a model writes both into its text: from an opening tag at the very start, or from
 * the start itself, up to the closing tag. Tags may be cut anywhere. Used by one thread at a time.
 */
final class ThinkTags {

    private final String opening;
    private final String closing;
    private boolean startsInside;
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

    /**
     * A splitter.
     *
     * @param opening the opening tag
     * @param closing the closing tag
     * @param startsInside whether a text without an opening tag begins with reasoning all the same
     */
    ThinkTags(String opening, String closing, boolean startsInside, Consumer<String> reasoning, Consumer<String> text) {
        this.opening = opening;
        this.closing = closing;
        this.startsInside = startsInside;
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

    /** The reasoning comes elsewhere, so the text does not begin with it. */
    void reasoningElsewhere() {
        startsInside = false;
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
        if (begun.startsWith(opening)) {
            held.delete(0, held.length() - begun.length() + opening.length());
            state = State.INSIDE;
        } else if (!opening.startsWith(begun)) {
            state = startsInside ? State.INSIDE : State.OUTSIDE;
            if (!startsInside) {
                text.accept(held.toString());
                held.setLength(0);
            }
        }
    }

    private void inside() {
        int end = held.indexOf(closing);
        if (end >= 0) {
            passOn(end);
            held.delete(0, closing.length());
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
        for (int length = Math.min(closing.length() - 1, held.length()); length > 0; length--) {
            if (closing.startsWith(held.substring(held.length() - length))) {
                return length;
            }
        }
        return 0;
    }
}
