package io.github.claudecodeproxy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The script of one answer of {@link ScriptedUpstream}: what is written, when, in which pieces, and how it ends.
 *
 * <pre>{@code
 * Reply.streaming().sse(first).pause(latch).split(1).sse(second).cut()
 * }</pre>
 *
 * <p>Immutable, and may be played any number of times. No method takes or returns null.
 */
public final class Reply {

    private final List<ReplyStep> steps;
    private final ReplyFraming framing;
    private final ReplyEnding ending;

    Reply(List<ReplyStep> steps, ReplyFraming framing, ReplyEnding ending) {
        this.steps = List.copyOf(steps);
        this.framing = framing;
        this.ending = ending;
    }

    /** Starts an answer with this status, chunked and without headers until told otherwise. */
    public static ReplyBuilder status(int status) {
        return new ReplyBuilder(status);
    }

    /** Starts a chunked event stream with status 200. */
    public static ReplyBuilder streaming() {
        return status(200).header("content-type", "text/event-stream");
    }

    /** Starts an answer that is only bytes, without an HTTP head of ours. */
    public static ReplyBuilder headless() {
        return new ReplyBuilder(0).untilClose();
    }

    /** A whole JSON answer with its content length. */
    public static Reply json(int status, String body) {
        return status(status)
                .header("content-type", "application/json")
                .contentLength()
                .text(body)
                .end();
    }

    /** A whole event stream: each of the data in a frame, then {@code [DONE]}. */
    public static Reply sse(String... data) {
        return streaming().sse(data).done().end();
    }

    /** A whole event stream whose body is exactly these bytes. */
    public static Reply sseFile(byte[] body) {
        return streaming().bytes(body).end();
    }

    /**
     * A whole event stream whose body is exactly this file.
     *
     * @throws UncheckedIOException when the file cannot be read
     */
    public static Reply sseFile(Path file) {
        try {
            return sseFile(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Exactly these bytes instead of an HTTP answer, then FIN. */
    public static Reply raw(byte[] bytes) {
        return headless().bytes(bytes).close();
    }

    /** Exactly this text instead of an HTTP answer, then FIN. */
    public static Reply raw(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** No answer at all, until the peer leaves. */
    public static Reply stallBeforeHeaders() {
        return headless().stall();
    }

    /** RST instead of an answer. */
    public static Reply cutBeforeHeaders() {
        return headless().cut();
    }

    /** FIN instead of an answer. */
    public static Reply closeBeforeHeaders() {
        return headless().close();
    }

    boolean chunked() {
        return framing == ReplyFraming.CHUNKED;
    }

    /** Plays everything but what a way of ending does to the socket, which it returns. */
    ReplyEnding play(ReplyOutput out) throws IOException, InterruptedException {
        for (ReplyStep step : steps) {
            step.play(out);
        }
        if (ending == ReplyEnding.STALL) {
            out.await(new CountDownLatch(1));
        } else if (ending == ReplyEnding.COMPLETE) {
            out.end();
        }
        return ending == ReplyEnding.COMPLETE && framing == ReplyFraming.UNTIL_CLOSE ? ReplyEnding.CLOSE : ending;
    }
}
