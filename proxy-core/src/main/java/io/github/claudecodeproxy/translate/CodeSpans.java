package io.github.claudecodeproxy.translate;

/**
 * Says of each place in a Markdown text whether it is code: in a fenced block that is not closed yet, or behind a
 * backtick that is not closed on its line. Reads the text sign by sign. Where Markdown leaves it open, it is code. Used
 * by one thread at a time.
 */
final class CodeSpans {

    /** What may stand before a fence: indentation, quotes, and the marks of lists. */
    private static final String BEFORE_FENCE = " \t>-*+.)0123456789";

    private static final int SHORTEST_FENCE = 3;

    private State state = State.BEFORE;
    private char fenceSign;
    private int fenceLength;
    private char sign;
    private int length;
    private boolean backtickBehind;
    private boolean wordsBehind;
    private int backticks;

    /** Where in its line the text is. */
    private enum State {
        /** Nothing yet but what may stand before a fence; a backtick or tilde leads to FENCE, other signs to LINE. */
        BEFORE,
        /** Inside what may be a fence: the same sign again and again; another one leads to LINE. */
        FENCE,
        /** Behind that; the end of the line leads to BEFORE. */
        LINE
    }

    /** Whether what comes next is code. */
    boolean inside() {
        return fenceLength > 0 || opens() || backticks % 2 != 0;
    }

    void accept(char c) {
        if (c == '\n') {
            endLine();
            return;
        }
        backticks += c == '`' ? 1 : 0;
        if (state == State.BEFORE && (c == '`' || c == '~')) {
            state = State.FENCE;
            sign = c;
            length = 1;
        } else if (state == State.FENCE && c == sign) {
            length++;
        } else if (state != State.BEFORE || BEFORE_FENCE.indexOf(c) < 0) {
            state = State.LINE;
            backtickBehind |= c == '`';
            wordsBehind |= c != ' ' && c != '\t' && c != '\r';
        }
    }

    private boolean opens() {
        return length >= SHORTEST_FENCE && !backtickBehind;
    }

    private void endLine() {
        if (fenceLength == 0) {
            fenceLength = opens() ? length : 0;
            fenceSign = sign;
        } else if (sign == fenceSign && length >= fenceLength && !wordsBehind) {
            fenceLength = 0;
        }
        state = State.BEFORE;
        sign = 0;
        length = 0;
        backtickBehind = false;
        wordsBehind = false;
        backticks = 0;
    }
}
