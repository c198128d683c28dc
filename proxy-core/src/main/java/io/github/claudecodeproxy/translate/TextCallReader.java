package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.provider.ProviderProfile.CallNotation;
import io.github.claudecodeproxy.translate.TextCallConverter.Outcome;
import io.github.claudecodeproxy.translate.TextCallConverter.Reading;
import io.github.claudecodeproxy.translate.TextCallConverter.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Finds the calls that a model wrote into its text, because the server in front of it did not take them out. A call is
 * only what leaves no doubt: a whole notation, of a tool on offer, outside of code, in an answer without real calls.
 * All else is passed on as the text that it is.
 *
 * <p>Text streams through, but for what may become a notation. From the first call on everything waits for the end,
 * since real calls may still come. Reads sign by sign, so that no split matters. Used by one thread at a time.
 */
final class TextCallReader {

    /** More is not held back: whoever writes so much is not about to end with a call. */
    static final int MOST_HELD = 256 << 10;

    /** How often a closing tag may stand in a value; each is a reading of all that is held back. */
    private static final int MOST_READINGS = 64;

    private final Set<CallNotation> notations;
    private final TextCallConverter converter;
    private final Consumer<String> text;
    private final Consumer<TextCall> calls;
    private final CodeSpans code = new CodeSpans();
    private final StringBuilder passing = new StringBuilder();
    private final StringBuilder held = new StringBuilder();
    private final List<Waiting> waiting = new ArrayList<>();
    private State state;
    private CallNotation notation = CallNotation.HERMES;
    private CallObject object;
    private boolean wordsSaid;
    private int waitingLength;
    private int openingLength;
    private int readings;

    private enum State {
        /**
         * Ordinary text; passed on, but for a piece of an opening tag. The whole tag leads to OPENED, a brace that the
         * answer begins with to OBJECT.
         */
        TEXT,
        /**
         * Behind an opening tag; held back. What a notation goes on with leads to INSIDE or OBJECT, anything else back
         * to TEXT.
         */
        OPENED,
        /** Inside a notation; held back. The closing tag leads to TEXT, or to PLAIN if there is something else in it. */
        INSIDE,
        /**
         * Inside an object that the answer began with; held back. Its end leads to OBJECT_ENDED if it is a call, and to
         * TEXT as soon as it cannot be one.
         */
        OBJECT,
        /** Behind that object; held back. Anything but white space leads to TEXT. */
        OBJECT_ENDED,
        /** No call is looked for any more. */
        PLAIN
    }

    /** Calls with the text that they were, or a text behind them without any. */
    private record Waiting(StringBuilder raw, List<TextCall> calls) {}

    /**
     * A reader for one answer.
     *
     * @param notations how calls may be written; empty when every text is only a text
     * @param begun what the client had the answer begin with; empty for nothing
     * @param converter knows the tools on offer
     */
    TextCallReader(
            Set<CallNotation> notations,
            String begun,
            TextCallConverter converter,
            Consumer<String> text,
            Consumer<TextCall> calls) {
        this.notations = notations;
        this.converter = converter;
        this.text = text;
        this.calls = calls;
        this.object = new CallObject(converter);
        this.state = notations.isEmpty() ? State.PLAIN : State.TEXT;
        this.wordsSaid = !begun.isBlank();
        begun.chars().forEach(c -> code.accept((char) c));
    }

    void accept(String piece) {
        if (state == State.PLAIN && waiting.isEmpty()) {
            text.accept(piece);
            return;
        }
        for (int i = 0; i < piece.length(); i++) {
            next(piece.charAt(i));
            if (held.length() + waitingLength > MOST_HELD) {
                release();
            }
        }
        flush();
    }

    /** Real calls come: the text is nothing but text. */
    void realCalls() {
        release();
        flush();
    }

    /** The answer is complete: passes on what was held back, calls as calls. */
    void end() {
        if (state == State.OBJECT_ENDED) {
            take(converter.read(notation, held.toString()));
        }
        passHeld();
        flush();
        state = State.PLAIN;
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        waitingLength = 0;
        for (Waiting one : all) {
            if (one.calls().isEmpty()) {
                text.accept(one.raw().toString());
            }
            one.calls().forEach(calls);
        }
    }

    private void next(char c) {
        switch (state) {
            case TEXT -> text(c);
            case OPENED -> opened(c);
            case INSIDE -> inside(c);
            case OBJECT -> object(c);
            case OBJECT_ENDED -> objectEnded(c);
            case PLAIN -> pass(c);
        }
    }

    private void text(char c) {
        if (!held.isEmpty()) {
            openingTag(c);
        } else if (c == '<' && !code.inside()) {
            held.append(c);
        } else if (c == '{' && mayBeAllOfIt()) {
            beginObject();
        } else {
            pass(c);
        }
    }

    private void openingTag(char c) {
        held.append(c);
        String tag = held.toString();
        if (openings().noneMatch(opening -> opening.startsWith(tag))) {
            held.setLength(held.length() - 1);
            passHeld();
            next(c);
        } else if (openings().anyMatch(tag::equals)) {
            openingLength = tag.length();
            state = State.OPENED;
        }
    }

    private Stream<String> openings() {
        return notations.stream()
                .filter(one -> one != CallNotation.LLAMA || mayBeAllOfIt())
                .map(one -> Tags.of(one).opening());
    }

    private boolean mayBeAllOfIt() {
        return notations.contains(CallNotation.LLAMA) && !wordsSaid;
    }

    private void opened(char c) {
        held.append(c);
        String behind = held.substring(openingLength);
        if (behind.isBlank()) {
            // The white space that follows the tag need not be read again.
            openingLength++;
            return;
        }
        boolean may = false;
        for (CallNotation candidate : notations) {
            Tags tags = Tags.of(candidate);
            if (held.indexOf(tags.opening()) == 0 && tags.beginning().equals(behind)) {
                begin(candidate);
                return;
            }
            may |= held.indexOf(tags.opening()) == 0 && tags.beginning().startsWith(behind);
        }
        if (!may) {
            held.setLength(openingLength);
            passHeld();
            state = State.TEXT;
            behind.chars().forEach(again -> next((char) again));
        }
    }

    private void begin(CallNotation found) {
        if (found == CallNotation.LLAMA) {
            held.setLength(held.length() - 1);
            beginObject();
        } else {
            notation = found;
            readings = 0;
            state = State.INSIDE;
        }
    }

    private void inside(char c) {
        held.append(c);
        String closing = Tags.of(notation).closing();
        int start = held.length() - closing.length();
        if (c != '>' || held.indexOf(closing, start) != start) {
            return;
        }
        readings++;
        Reading reading = converter.read(notation, held.toString());
        if (reading.outcome() == Outcome.WHOLE) {
            state = State.TEXT;
            take(reading);
        } else if (reading.outcome() == Outcome.BROKEN || readings == MOST_READINGS) {
            // What looks like a notation in the rest may belong to the broken one.
            passHeld();
            state = State.PLAIN;
        }
    }

    private void take(Reading reading) {
        if (reading.calls().isEmpty()) {
            passHeld();
        } else {
            waiting.add(new Waiting(new StringBuilder(held), reading.calls()));
            waitingLength += held.length();
            held.setLength(0);
            wordsSaid = true;
        }
    }

    private void beginObject() {
        notation = CallNotation.LLAMA;
        object = new CallObject(converter);
        state = State.OBJECT;
        object('{');
    }

    private void object(char c) {
        held.append(c);
        object.accept(c);
        boolean call = object.ended()
                && !converter.read(notation, held.toString()).calls().isEmpty();
        if (call) {
            state = State.OBJECT_ENDED;
        } else if (object.ended() || object.impossible()) {
            passHeld();
            state = State.TEXT;
        }
    }

    private void objectEnded(char c) {
        if (Character.isWhitespace(c)) {
            held.append(c);
        } else {
            passHeld();
            state = State.TEXT;
            next(c);
        }
    }

    /** Gives everything up that is held back. */
    private void release() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        waitingLength = 0;
        all.forEach(one -> passing.append(one.raw()));
        passHeld();
        state = State.PLAIN;
    }

    private void passHeld() {
        String all = held.toString();
        held.setLength(0);
        all.chars().forEach(c -> pass((char) c));
    }

    private void pass(char c) {
        code.accept(c);
        wordsSaid |= !Character.isWhitespace(c);
        if (waiting.isEmpty()) {
            passing.append(c);
            return;
        }
        if (!waiting.get(waiting.size() - 1).calls().isEmpty()) {
            waiting.add(new Waiting(new StringBuilder(), List.of()));
        }
        waiting.get(waiting.size() - 1).raw().append(c);
        waitingLength++;
    }

    private void flush() {
        if (!passing.isEmpty()) {
            String all = passing.toString();
            passing.setLength(0);
            text.accept(all);
        }
    }
}
