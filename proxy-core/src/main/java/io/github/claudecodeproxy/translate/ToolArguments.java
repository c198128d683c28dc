package io.github.claudecodeproxy.translate;

import java.util.Set;

/**
 * Passes on the JSON text of one call's arguments as it arrives, in any split, without the members that are null and
 * that the tool does not require: models fill in every optional parameter with null, and clients refuse that. Holds
 * back at most one member, up to the first sign of its value, or to the end of {@code null}. Text that is not an object
 * passes unchanged. Used by one thread at a time.
 */
final class ToolArguments {

    private final Set<String> required;
    private final boolean filtering;
    private final StringBuilder held = new StringBuilder();
    private final StringBuilder key = new StringBuilder();
    private State state = State.START;
    private boolean anyMember;
    private boolean inString;
    private boolean escaped;
    private int depth;
    private int nullSigns;

    private enum State {
        /** Nothing but white space yet; an opening brace leads to MEMBER, anything else to RAW. */
        START,
        /** Before a name; held back. A quote leads to NAME, a closing brace to COMPLETE, anything else to RAW. */
        MEMBER,
        /** Inside a name; held back. The closing quote leads to COLON. */
        NAME,
        /** Between name and value; held back. The value's first sign leads to NULL or VALUE. */
        COLON,
        /** Inside what may be the word null; held back. Its end leads to MEMBER or COMPLETE, anything else to VALUE. */
        NULL,
        /** Inside a value; passed on. A comma on the top level leads to MEMBER, the closing brace to COMPLETE. */
        VALUE,
        /** Behind the closing brace: whatever comes is not part of the arguments. */
        COMPLETE,
        /** Not an object: everything is passed on. */
        RAW
    }

    /**
     * Filters for a tool.
     *
     * @param required the parameters whose null must stay; null when the tool is unknown and nothing is filtered
     */
    ToolArguments(@org.jspecify.annotations.Nullable Set<String> required) {
        this.filtering = required != null;
        this.required = required == null ? Set.of() : required;
    }

    /** Whether the closing brace has been read. */
    boolean complete() {
        return state == State.COMPLETE;
    }

    /** Takes the next fragment and returns what may be passed on now, possibly nothing. */
    String accept(String fragment) {
        StringBuilder out = new StringBuilder(fragment.length() + held.length());
        for (int i = 0; i < fragment.length(); i++) {
            next(fragment.charAt(i), out);
        }
        return out.toString();
    }

    /** What is still held back when no more fragments come; the arguments are incomplete then. */
    String rest() {
        StringBuilder out = new StringBuilder();
        if (!held.isEmpty()) {
            release(out);
        }
        return out.toString();
    }

    private void next(char c, StringBuilder out) {
        switch (state) {
            case START -> start(c, out);
            case MEMBER -> member(c, out);
            case NAME -> name(c);
            case COLON -> colon(c, out);
            case NULL -> nullWord(c, out);
            case VALUE -> value(c, out);
            case COMPLETE -> {}
            case RAW -> out.append(c);
        }
    }

    private void start(char c, StringBuilder out) {
        if (c == '{') {
            out.append(c);
            state = State.MEMBER;
        } else if (!white(c)) {
            out.append(c);
            state = State.RAW;
        }
    }

    private void member(char c, StringBuilder out) {
        held.append(c);
        if (c == '"') {
            key.setLength(0);
            escaped = false;
            state = State.NAME;
        } else if (c == '}') {
            held.setLength(0);
            out.append(c);
            state = State.COMPLETE;
        } else if (!white(c)) {
            release(out);
            state = State.RAW;
        }
    }

    private void name(char c) {
        held.append(c);
        if (c == '"' && !escaped) {
            state = State.COLON;
            return;
        }
        key.append(c);
        escaped = c == '\\' && !escaped;
    }

    private void colon(char c, StringBuilder out) {
        if (c == ':' || white(c)) {
            held.append(c);
        } else if (c == 'n' && filtering && !required.contains(key.toString())) {
            held.append(c);
            nullSigns = 1;
            state = State.NULL;
        } else {
            release(out);
            beginValue(c, out);
        }
    }

    private void nullWord(char c, StringBuilder out) {
        if (nullSigns < 4 && c == "null".charAt(nullSigns)) {
            held.append(c);
            nullSigns++;
        } else if (nullSigns == 4 && (c == ',' || c == '}')) {
            held.setLength(0);
            endMember(c, out);
        } else if (nullSigns == 4 && white(c)) {
            held.append(c);
        } else {
            release(out);
            beginValue(c, out);
        }
    }

    private void beginValue(char c, StringBuilder out) {
        depth = 0;
        inString = false;
        escaped = false;
        state = State.VALUE;
        value(c, out);
    }

    private void value(char c, StringBuilder out) {
        if (inString) {
            out.append(c);
            inString = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
        } else if (depth == 0 && (c == ',' || c == '}')) {
            anyMember = true;
            endMember(c, out);
        } else {
            out.append(c);
            inString = c == '"';
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        }
    }

    private void endMember(char c, StringBuilder out) {
        if (c == '}') {
            out.append(c);
            state = State.COMPLETE;
        } else {
            state = State.MEMBER;
        }
    }

    /** The comma before a member is written with it, because the member before may have been dropped. */
    private void release(StringBuilder out) {
        if (anyMember) {
            out.append(',');
        }
        out.append(held);
        held.setLength(0);
    }

    private static boolean white(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}
