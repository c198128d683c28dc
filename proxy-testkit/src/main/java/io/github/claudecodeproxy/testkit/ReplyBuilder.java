package io.github.claudecodeproxy.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;

/**
 * Collects the steps of a {@link Reply}. Status, headers and framing may be told at any time before the end; the head
 * goes out before the first other step, unless {@link #holdHead} delays it. Not for use by several threads.
 */
public final class ReplyBuilder {

    private final int status;
    private final List<ReplyStep> beforeHead = new ArrayList<>();
    private final List<ReplyStep> afterHead = new ArrayList<>();
    private HeaderList headers = HeaderList.of();
    private ReplyFraming framing = ReplyFraming.CHUNKED;
    private long bodyLength;
    private long declaredLength = -1;

    /** A status of 0 means no head. */
    ReplyBuilder(int status) {
        this.status = status;
    }

    /** Adds a header; no value is checked. */
    public ReplyBuilder header(String name, String value) {
        headers = headers.with(name, value);
        return this;
    }

    /** Frames the body by the sum of what is written. */
    public ReplyBuilder contentLength() {
        framing = ReplyFraming.CONTENT_LENGTH;
        return this;
    }

    /** Announces this length, whatever is written. */
    public ReplyBuilder contentLength(long declared) {
        declaredLength = declared;
        return contentLength();
    }

    /** Frames the body by the end of the connection. */
    public ReplyBuilder untilClose() {
        framing = ReplyFraming.UNTIL_CLOSE;
        return this;
    }

    /** Sends no head before the latch is at zero. */
    public ReplyBuilder holdHead(CountDownLatch latch) {
        beforeHead.add(out -> out.await(latch));
        return this;
    }

    /** Sends no head before this time has passed. */
    public ReplyBuilder holdHead(Duration time) {
        beforeHead.add(out -> out.await(time.toMillis()));
        return this;
    }

    /** Writes bytes of the body. */
    public ReplyBuilder bytes(byte[] bytes) {
        byte[] copy = bytes.clone();
        bodyLength += copy.length;
        return step(out -> out.body(copy));
    }

    /** Writes the same bytes of the body this many times, without keeping them all; not with a content length. */
    public ReplyBuilder repeat(byte[] bytes, int times) {
        byte[] copy = bytes.clone();
        return step(out -> {
            for (int i = 0; i < times; i++) {
                out.body(copy);
            }
        });
    }

    /** Writes the same bytes of the body without end, and tells how many after each time. */
    public ReplyBuilder counted(byte[] bytes, LongConsumer written) {
        byte[] copy = bytes.clone();
        return step(out -> {
            while (true) {
                out.body(copy);
                written.accept(copy.length);
            }
        });
    }

    /** Writes the same bytes of the body without end, at this pace. */
    public ReplyBuilder paced(byte[] bytes, Duration pace) {
        return paced(bytes, pace, Integer.MAX_VALUE);
    }

    /** Writes the same bytes of the body this many times, at this pace. */
    public ReplyBuilder paced(byte[] bytes, Duration pace, int times) {
        byte[] copy = bytes.clone();
        return step(out -> {
            for (int i = 0; i < times; i++) {
                out.await(pace.toMillis());
                out.body(copy);
            }
        });
    }

    /** Writes text of the body as UTF-8. */
    public ReplyBuilder text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes each of the data as a frame {@code data: …}, named by its type where it is an event of the Responses API. */
    public ReplyBuilder sse(String... data) {
        return text(frames(data));
    }

    /** The text of what {@link #sse} writes. */
    public static String frames(String... data) {
        StringBuilder frames = new StringBuilder();
        for (String one : data) {
            frames.append(ResponseEvents.nameLine(one))
                    .append("data: ")
                    .append(one)
                    .append("\n\n");
        }
        return frames.toString();
    }

    /** Writes a frame with an event name. */
    public ReplyBuilder event(String name, String data) {
        return text("event: " + name + "\ndata: " + data + "\n\n");
    }

    /** Writes the frame {@code data: [DONE]}. */
    public ReplyBuilder done() {
        return sse("[DONE]");
    }

    /** Waits until the latch is at zero; the script is given up when the peer leaves first. */
    public ReplyBuilder pause(CountDownLatch latch) {
        return step(out -> out.await(latch));
    }

    /** Waits this long; the script is given up when the peer leaves first. */
    public ReplyBuilder pause(Duration time) {
        return step(out -> out.await(time.toMillis()));
    }

    /** Counts the latch down when everything before this has been written. */
    public ReplyBuilder reached(CountDownLatch latch) {
        return step(out -> latch.countDown());
    }

    /** From here on the body goes out in pieces of this many bytes, each flushed and, when chunked, a chunk of its own. */
    public ReplyBuilder split(int bytesPerWrite) {
        if (bytesPerWrite < 1) {
            throw new IllegalArgumentException("bytesPerWrite " + bytesPerWrite);
        }
        return step(out -> out.split(bytesPerWrite));
    }

    /** Ends as the framing says; the connection stays open for more requests unless the framing is its end. */
    public Reply end() {
        return build(ReplyEnding.COMPLETE);
    }

    /** Ends with FIN, without completing the body. */
    public Reply close() {
        return build(ReplyEnding.CLOSE);
    }

    /** Ends with RST. Bytes that the peer has not read by then may be lost: let a latch wait for them first. */
    public Reply cut() {
        return build(ReplyEnding.CUT);
    }

    /** Ends in silence, until the peer leaves or the upstream is closed. */
    public Reply stall() {
        return build(ReplyEnding.STALL);
    }

    private ReplyBuilder step(ReplyStep step) {
        afterHead.add(step);
        return this;
    }

    private Reply build(ReplyEnding ending) {
        List<ReplyStep> steps = new ArrayList<>(beforeHead);
        if (status != 0) {
            byte[] head = head().getBytes(StandardCharsets.ISO_8859_1);
            steps.add(out -> out.plain(head));
        }
        steps.addAll(afterHead);
        return new Reply(steps, framing, ending);
    }

    private String head() {
        HeaderList all = switch (framing) {
            case CHUNKED -> headers.with("transfer-encoding", "chunked");
            case CONTENT_LENGTH ->
                headers.with("content-length", String.valueOf(declaredLength < 0 ? bodyLength : declaredLength));
            case UNTIL_CLOSE -> headers.with("connection", "close");
        };
        return "HTTP/1.1 " + status + " Scripted\r\n" + all.wire() + "\r\n";
    }
}
