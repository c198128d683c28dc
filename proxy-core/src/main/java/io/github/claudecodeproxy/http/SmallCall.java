package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.upstream.UpstreamCall;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamException;
import io.github.claudecodeproxy.upstream.UpstreamListener;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call upstream beside those of models, whose small answer must come soon or is not needed. Thread-safe. */
final class SmallCall implements UpstreamListener {

    private final Receiver receiver;
    private final LimitedBytes body;
    private @Nullable UpstreamCall call;
    private Timers.@Nullable Timer timer;
    private int status;
    private boolean wanted;
    private boolean ended;

    private SmallCall(int largest, Receiver receiver) {
        this.body = new LimitedBytes(largest);
        this.receiver = receiver;
    }

    /** Told once how the call went, on any thread. */
    interface Receiver {

        /** The upstream answered 200 with this. */
        void answered(byte[] body);

        /** There is no answer, for a reason that may be logged. */
        void failed(String why);
    }

    /**
     * Makes the call.
     *
     * @param patience after which the answer is not needed
     * @param largest most bytes of an answer
     */
    static void send(
            UpstreamClient client,
            UpstreamRequest request,
            Timers timers,
            Duration patience,
            int largest,
            Receiver receiver) {
        SmallCall call = new SmallCall(largest, receiver);
        synchronized (call) {
            call.timer = timers.after(patience, () -> call.giveUp("no answer in " + patience.toSeconds() + " s"));
        }
        UpstreamCall sent = client.send(request, call);
        boolean late;
        boolean wanted;
        synchronized (call) {
            call.call = sent;
            late = call.ended;
            wanted = call.wanted;
        }
        if (late) {
            sent.cancel();
        } else if (wanted) {
            sent.more();
        }
    }

    @Override
    public synchronized void headers(UpstreamResponseHead head) {
        status = head.status();
        more();
    }

    @Override
    public void bytes(List<ByteBuffer> buffers) {
        boolean fits;
        synchronized (this) {
            fits = buffers.stream().allMatch(body::accept);
            if (fits) {
                more();
            }
        }
        if (!fits) {
            giveUp("the answer is too long");
        }
    }

    @Override
    public void end() {
        if (over()) {
            if (status == 200) {
                receiver.answered(body.toByteArray());
            } else {
                receiver.failed("status " + status);
            }
        }
    }

    @Override
    public void failure(UpstreamException failure) {
        if (over()) {
            receiver.failed(String.valueOf(failure.reason()));
        }
    }

    private void giveUp(String why) {
        if (over()) {
            UpstreamCall running;
            synchronized (this) {
                running = call;
            }
            if (running != null) {
                running.cancel();
            }
            receiver.failed(why);
        }
    }

    /** Whether this ends it. */
    private synchronized boolean over() {
        if (ended) {
            return false;
        }
        ended = true;
        if (timer != null) {
            timer.cancel();
        }
        return true;
    }

    private void more() {
        if (call == null) {
            // The head may be here before the call is.
            wanted = true;
        } else {
            call.more();
        }
    }
}
