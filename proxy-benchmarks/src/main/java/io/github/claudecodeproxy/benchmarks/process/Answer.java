package io.github.claudecodeproxy.benchmarks.process;

import io.github.claudecodeproxy.benchmarks.Bodies;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the upstream says: its bytes are made before anything is measured. Immutable.
 *
 * @param beginning sent at once
 * @param piece sent again and again, in a write of its own, with the time in it
 * @param pieces how often; {@link #ENDLESS} for a stream that does not end by itself
 * @param pause nanoseconds from one piece to the next; 0 for as fast as it goes
 * @param end sent after the last piece
 * @param then what follows in the same answer; null for nothing
 */
@SuppressWarnings("ArrayRecordComponent") // written to sockets, never compared
record Answer(
        byte[] beginning,
        byte[] piece,
        int pieces,
        long pause,
        byte[] end,
        @Nullable Answer then) {

    static final int ENDLESS = Integer.MAX_VALUE;

    private static final String STREAM = String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Content-Type: text/event-stream",
            "Transfer-Encoding: chunked",
            "Cache-Control: no-cache",
            "",
            "");
    private static final byte[] NOTHING = {};

    /** Half a kilobyte, not streamed. */
    static Answer whole() {
        byte[] body = Bodies.completion(260, Mark.PLACE);
        byte[] head = ascii(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n");
        return new Answer(head, body, 1, 0, NOTHING, null);
    }

    /** Pieces of text. */
    static Answer text(int pieces, long pause) {
        return new Answer(
                join(ascii(STREAM), event(Bodies.roleChunk())),
                event(Bodies.contentChunk(" " + Mark.PLACE)),
                pieces,
                pause,
                join(
                        event(Bodies.finishChunk()),
                        event(Bodies.usageChunk()),
                        event(ascii("[DONE]")),
                        ascii("0\r\n\r\n")),
                null);
    }

    /** Text that begins and then falls silent. */
    static Answer silence() {
        return text(ENDLESS, Long.MAX_VALUE / 4);
    }

    /** Several calls, one after the other, each with so many pieces of arguments. */
    static Answer calls(int calls, int pieces) {
        Answer answer = call(
                calls - 1,
                pieces,
                join(
                        event(Bodies.finishChunk("tool_calls")),
                        event(Bodies.usageChunk()),
                        event(ascii("[DONE]")),
                        ascii("0\r\n\r\n")),
                null);
        for (int i = calls - 2; i >= 0; i--) {
            answer = call(i, pieces, NOTHING, answer);
        }
        byte[] beginning = join(ascii(STREAM), event(Bodies.roleChunk()), answer.beginning);
        return new Answer(beginning, answer.piece, answer.pieces, 0, answer.end, answer.then);
    }

    private static Answer call(int number, int pieces, byte[] after, @Nullable Answer then) {
        return new Answer(
                event(Bodies.callChunk(number)),
                event(Bodies.argumentChunk(number, " " + Mark.PLACE)),
                pieces,
                0,
                join(event(Bodies.argumentChunk(number, "\\\"}")), after),
                then);
    }

    /** The same as fast as it goes. */
    Answer unpaced() {
        return new Answer(beginning, piece, pieces, 0, end, then == null ? null : then.unpaced());
    }

    /** How many pieces the whole answer has. */
    int allPieces() {
        return pieces + (then == null ? 0 : then.allPieces());
    }

    /** An event as a chunk of HTTP of its own, as servers of models send it. */
    private static byte[] event(byte[] data) {
        byte[] event = join(ascii("data: "), data, ascii("\n\n"));
        return join(ascii(Integer.toHexString(event.length) + "\r\n"), event, ascii("\r\n"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
