package io.github.claudecodeproxy.translate;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON whose text may be another one: the bytes around it, which must be the same. Besides, a text that only makes
 * lengths hard to guess may be different, and the number of an event, as OpenAI has them. Immutable.
 */
final class TextTemplate {

    private static final byte[] PADDING = ascii("\"obfuscation\":\"");
    private static final byte[] NUMBER = ascii("\"sequence_number\":");

    /**
     * What stands before, between and behind the holes, in one piece: of many streams each is looked at seldom, and the
     * fewer places in memory it takes, the better.
     */
    private final byte[] fixed;

    /** Where in it the holes are. */
    private final int[] places;

    private final Hole[] holes;

    private TextTemplate(byte[] fixed, int[] places, Hole[] holes) {
        this.fixed = fixed;
        this.places = places;
        this.holes = holes;
    }

    /** What may be different. */
    private enum Hole {
        /** The text. */
        TEXT {
            @Override
            int end(byte[] json, int from, int end) {
                return closing(json, from, end);
            }
        },
        /** A text of nothing but ASCII signs. */
        PADDING {
            @Override
            int end(byte[] json, int from, int end) {
                return plainEnd(json, from, end);
            }
        },
        /** A number without a sign or a fraction. */
        NUMBER {
            @Override
            int end(byte[] json, int from, int end) {
                return digitsEnd(json, from, end);
            }
        };

        /** Where it ends; -1 when it is none. */
        abstract int end(byte[] json, int from, int end);
    }

    private record Place(Hole hole, int from, int to) {}

    /**
     * The template of JSON; null when it has no such text, or may have more than one.
     *
     * @param start what stands before the text
     * @param text the text that is there
     */
    static @Nullable TextTemplate of(byte[] start, String text, byte[] json, int offset, int length) {
        int end = offset + length;
        List<Place> found = new ArrayList<>();
        place(Hole.TEXT, start, json, offset, end, found);
        if (found.isEmpty()
                || !text.equals(
                        JsonText.decoded(json, found.get(0).from(), found.get(0).to()))) {
            return null;
        }
        place(Hole.PADDING, PADDING, json, offset, end, found);
        place(Hole.NUMBER, NUMBER, json, offset, end, found);
        found.sort(Comparator.comparingInt(Place::from));
        ByteBuffer fixed = ByteBuffer.allocate(length);
        int[] places = new int[found.size()];
        int from = offset;
        for (int i = 0; i < places.length; i++) {
            Place place = found.get(i);
            fixed.put(json, from, place.from() - from);
            places[i] = fixed.position();
            from = place.to();
        }
        fixed.put(json, from, end - from);
        return new TextTemplate(
                Arrays.copyOf(fixed.array(), fixed.position()),
                places,
                found.stream().map(Place::hole).toArray(Hole[]::new));
    }

    private static void place(Hole hole, byte[] start, byte[] json, int offset, int end, List<Place> places) {
        int from = only(start, json, offset, end);
        int to = from < 0 ? -1 : hole.end(json, from, end);
        if (to >= 0) {
            places.add(new Place(hole, from, to));
        }
    }

    /** The text of these bytes, if it is all in which they differ; else null. */
    @Nullable
    String match(byte[] json, int offset, int length) {
        int end = offset + length;
        int at = offset;
        int same = 0;
        int from = 0;
        int to = 0;
        for (int i = 0; i < holes.length; i++) {
            int start = behind(same, places[i], json, at, end);
            at = start < 0 ? -1 : holes[i].end(json, start, end);
            if (at < 0) {
                return null;
            }
            if (holes[i] == Hole.TEXT) {
                from = start;
                to = at;
            }
            same = places[i];
        }
        return behind(same, fixed.length, json, at, end) == end ? JsonText.decoded(json, from, to) : null;
    }

    /** The JSON with this text, which needs no escapes. */
    byte[] with(String text) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        int same = 0;
        for (int i = 0; i < holes.length; i++) {
            json.write(fixed, same, places[i] - same);
            json.writeBytes(ascii(
                    switch (holes[i]) {
                        case TEXT -> text;
                        case PADDING -> "";
                        case NUMBER -> "0";
                    }));
            same = places[i];
        }
        json.write(fixed, same, fixed.length - same);
        return json.toByteArray();
    }

    /** Where a part of what is fixed ends, if it is there; else -1. */
    private int behind(int part, int partEnd, byte[] json, int from, int end) {
        int to = from + partEnd - part;
        return to <= end && Arrays.equals(fixed, part, partEnd, json, from, to) ? to : -1;
    }

    /** Where this ends, if it is there exactly once; else -1. In JSON it cannot be part of a text: quotes are escaped. */
    private static int only(byte[] wanted, byte[] json, int from, int end) {
        int found = -1;
        for (int i = from; i + wanted.length <= end; i++) {
            if (json[i] == '"' && Arrays.equals(wanted, 0, wanted.length, json, i, i + wanted.length)) {
                if (found >= 0) {
                    return -1;
                }
                found = i + wanted.length;
            }
        }
        return found;
    }

    /** The quote that ends a text of nothing but ASCII signs; -1 when there is none. */
    private static int plainEnd(byte[] json, int from, int end) {
        int i = from;
        while (i < end && json[i] != '"') {
            if (json[i] < ' ' || json[i] == '\\') {
                return -1;
            }
            i++;
        }
        return i < end ? i : -1;
    }

    /** The quote that ends a text; -1 when there is none, or the text is no JSON. */
    private static int closing(byte[] json, int from, int end) {
        int i = from;
        while (i < end && json[i] != '"') {
            if (json[i] >= 0 && json[i] < ' ') {
                return -1;
            }
            i += json[i] == '\\' ? 2 : 1;
        }
        return i < end ? i : -1;
    }

    /** What follows a number of JSON; -1 when there is none. */
    private static int digitsEnd(byte[] json, int from, int end) {
        int i = from;
        while (i < end && json[i] >= '0' && json[i] <= '9') {
            i++;
        }
        boolean padded = i > from + 1 && json[from] == '0';
        return i == from || padded ? -1 : i;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
