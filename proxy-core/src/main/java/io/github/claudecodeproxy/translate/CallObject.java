package io.github.claudecodeproxy.translate;

/**
 * Follows an object, sign by sign, that may be a call and nothing but a call, and says as soon as it cannot be one: at
 * its first name, at the end of each member, or where no object goes on so. Used by one thread at a time.
 */
final class CallObject {

    private final TextCallConverter converter;
    private final StringBuilder read = new StringBuilder();
    private State state = State.MEMBERS;
    private boolean named;
    private boolean escaped;
    private int depth;

    private enum State {
        /** Between strings; a quote leads to STRING, the brace that closes the object to ENDED. */
        MEMBERS,
        /** Inside a string; the closing quote leads to MEMBERS, or, if no call has a member of this name, to IMPOSSIBLE. */
        STRING,
        /** The object has ended. */
        ENDED,
        /** It is no call. */
        IMPOSSIBLE
    }

    CallObject(TextCallConverter converter) {
        this.converter = converter;
    }

    boolean ended() {
        return state == State.ENDED;
    }

    boolean impossible() {
        return state == State.IMPOSSIBLE;
    }

    /** Takes the next sign; the first one is the brace. */
    void accept(char c) {
        if (state == State.MEMBERS && c == ',' && depth == 1 && !converter.mayBecomeCall(read.toString())) {
            state = State.IMPOSSIBLE;
            return;
        }
        read.append(c);
        if (state == State.STRING) {
            string(c);
        } else {
            members(c);
        }
    }

    private void string(char c) {
        boolean closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        if (closes) {
            state = named || converter.mayBeginCall(read.toString()) ? State.MEMBERS : State.IMPOSSIBLE;
            named = true;
        }
    }

    private void members(char c) {
        if (c == '"') {
            state = State.STRING;
        } else if (!named && depth > 0 && !Character.isWhitespace(c)) {
            state = State.IMPOSSIBLE;
        } else {
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            state = depth == 0 ? State.ENDED : State.MEMBERS;
        }
    }
}
