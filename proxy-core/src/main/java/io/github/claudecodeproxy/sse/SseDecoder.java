package io.github.claudecodeproxy.sse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of an event stream into events, however the bytes are split: lines may end in LF, CRLF or CR, a byte
 * order mark may come first, and the last event needs no blank line. Comments and the fields {@code id} and
 * {@code retry} are skipped. Used by one thread at a time, for one body.
 */
public final class SseDecoder {

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
    private static final int LARGEST_COPY = 16 * 1024;

    private final int maxEventBytes;
    private final Sink sink;

    /** The beginning of a line whose end has not come yet. */
    private final GrowingBytes line;
    /** Data of the current event that no longer lies in the bytes it came in. */
    private final GrowingBytes data;

    private byte[] copy = new byte[0];
    private int markBytes;
    private boolean afterCarriageReturn;
    private int eventBytes;

    private @Nullable String name;
    private boolean hasData;
    /** Where the only data line so far lies; null once it is in {@link #data}. */
    private byte @Nullable [] borrowed;

    private int borrowedOffset;
    private int borrowedLength;

    /**
     * A decoder for one body.
     *
     * @param maxEventBytes how many bytes may follow an event, or the start, before the next event is complete;
     *     comments count too
     * @param sink told each event
     */
    public SseDecoder(int maxEventBytes, Sink sink) {
        this.maxEventBytes = maxEventBytes;
        this.sink = sink;
        this.line = new GrowingBytes(maxEventBytes);
        this.data = new GrowingBytes(maxEventBytes);
    }

    /**
     * Takes the next bytes of the body, in any split, up to the buffer's limit. What the sink throws passes through,
     * after which the decoder is of no more use.
     *
     * @throws SseException when an event, with the comments before it, is larger than allowed
     */
    public void accept(ByteBuffer bytes) {
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset() + bytes.position();
            int to = from + bytes.remaining();
            bytes.position(bytes.limit());
            decode(bytes.array(), from, to);
            return;
        }
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), LARGEST_COPY);
            if (copy.length < length) {
                copy = new byte[length];
            }
            bytes.get(copy, 0, length);
            decode(copy, 0, length);
        }
    }

    /**
     * The body has ended; a last event without blank line is delivered.
     *
     * @throws SseException as {@link #accept}
     */
    public void end() {
        endMark();
        if (line.length() > 0) {
            endLine(line.bytes(), 0, line.length());
        }
        dispatch();
    }

    private void decode(byte[] bytes, int from, int to) {
        int start = skipMark(bytes, from, to);
        for (int i = start; i < to; i++) {
            byte b = bytes[i];
            if (b != '\n' && b != '\r') {
                afterCarriageReturn = false;
                continue;
            }
            if (b == '\n' && afterCarriageReturn) {
                afterCarriageReturn = false;
            } else {
                afterCarriageReturn = b == '\r';
                endLineAt(bytes, start, i);
            }
            start = i + 1;
        }
        keep(bytes, start, to);
    }

    private int skipMark(byte[] bytes, int from, int to) {
        int at = from;
        while (markBytes < BYTE_ORDER_MARK.length && at < to) {
            if (bytes[at] != BYTE_ORDER_MARK[markBytes]) {
                endMark();
                return at;
            }
            markBytes++;
            at++;
        }
        return at;
    }

    /** What looked like a byte order mark and is none belongs to the first line. */
    private void endMark() {
        if (markBytes < BYTE_ORDER_MARK.length) {
            line.append(BYTE_ORDER_MARK, 0, markBytes);
            markBytes = BYTE_ORDER_MARK.length;
        }
    }

    private void endLineAt(byte[] bytes, int from, int to) {
        count(to - from);
        if (line.length() == 0) {
            endLine(bytes, from, to);
            return;
        }
        line.append(bytes, from, to - from);
        endLine(line.bytes(), 0, line.length());
        // Borrowed data stays readable: the next line is kept only after the data was settled.
        line.clear();
    }

    /** Keeps what is not complete, for the given bytes are ours only until the caller gets them back. */
    private void keep(byte[] bytes, int from, int to) {
        settle();
        count(to - from);
        line.append(bytes, from, to - from);
    }

    private void count(int more) {
        if (more > maxEventBytes - eventBytes) {
            throw new SseException("an event is larger than " + maxEventBytes + " bytes");
        }
        eventBytes += more;
    }

    private void endLine(byte[] bytes, int from, int to) {
        if (from == to) {
            dispatch();
            return;
        }
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, to);
        if (value < to && bytes[value] == ' ') {
            value++;
        }
        if (is(DATA, bytes, from, colon)) {
            data(bytes, value, to - value);
        } else if (is(EVENT, bytes, from, colon)) {
            name = value == to ? null : new String(bytes, value, to - value, StandardCharsets.UTF_8);
        }
    }

    private static boolean is(byte[] field, byte[] bytes, int from, int to) {
        if (to - from != field.length) {
            return false;
        }
        for (int i = 0; i < field.length; i++) {
            if (bytes[from + i] != field[i]) {
                return false;
            }
        }
        return true;
    }

    private void data(byte[] bytes, int offset, int length) {
        if (!hasData) {
            hasData = true;
            borrowed = bytes;
            borrowedOffset = offset;
            borrowedLength = length;
            return;
        }
        settle();
        data.append('\n');
        data.append(bytes, offset, length);
    }

    private void settle() {
        if (borrowed != null) {
            data.append(borrowed, borrowedOffset, borrowedLength);
            borrowed = null;
        }
    }

    private void dispatch() {
        if (hasData) {
            eventBytes = 0;
            if (borrowed != null) {
                sink.event(name, borrowed, borrowedOffset, borrowedLength);
            } else {
                sink.event(name, data.bytes(), 0, data.length());
                data.clear();
            }
        }
        hasData = false;
        borrowed = null;
        name = null;
    }

    /** Told each event that has data. */
    public interface Sink {

        /**
         * An event is complete. The bytes are the decoder's, or those given to it, and valid only until this returns.
         *
         * @param name the event's name, or null when it has none
         * @param data where the data lies, lines joined by LF
         * @param offset where it begins
         * @param length how long it is
         */
        void event(@Nullable String name, byte[] data, int offset, int length);
    }
}
