package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeMessage;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call whose answer is a whole message. Upstream, timer and client come in on their own threads and wait for one
 * lock; nothing under it blocks.
 */
final class CompleteCall implements Attempts.Owner, RunningCalls.Call {

    private static final Logger LOG = LoggerFactory.getLogger(CompleteCall.class);

    private final Object lock = new Object();
    private final CallRoute route;
    private final Timers timers;
    private final Duration total;
    private final Attempts attempts;
    private final Receiver receiver;
    private final RunningCalls running;

    private boolean ended;
    private @Nullable WholeBody body;
    private Timers.@Nullable Timer timer;

    CompleteCall(CallRoute route, EngineParts parts, CallTrace trace, Receiver receiver) {
        this.route = route;
        this.timers = parts.timers();
        this.total = parts.settings().timeouts().total();
        this.receiver = receiver;
        this.running = parts.running();
        this.attempts = new Attempts(route, timers, lock, this, trace);
    }

    /** Told once how the call went, unless it was cancelled. */
    interface Receiver {

        /** Status and headers of whatever the upstream answers, before the rest. */
        default void head(UpstreamResponseHead head) {}

        /** The request is sent once more, translated anew. */
        default void healed(CallRoute route) {}

        /** The answer. */
        void message(ClaudeMessage message, int attempts);

        /** There is none. */
        void failed(ClaudeError error, int attempts);
    }

    void start() {
        running.begun(this);
        if (route.translation().local()) {
            locked(this::answerHere);
            return;
        }
        locked(() -> {
            timer = timers.after(total, () -> locked(() -> attempts.timeIsOver(UpstreamErrors.tookTooLong(total))));
            attempts.start();
        });
    }

    @Override
    public void end(ClaudeError why) {
        locked(() -> failed(why));
    }

    /** Ends the call; true when it was still running. The receiver is told nothing more. */
    boolean cancel() {
        synchronized (lock) {
            boolean running = !ended;
            close();
            return running;
        }
    }

    int attempts() {
        synchronized (lock) {
            return attempts.count();
        }
    }

    @Override
    public boolean mayWait(long nanos) {
        return true;
    }

    @Override
    public boolean untouched() {
        return true;
    }

    @Override
    public void healed() {
        receiver.healed(route);
    }

    @Override
    public void answerHere() {
        succeeded(route.translation().localMessage());
    }

    @Override
    public void head(UpstreamResponseHead head) {
        receiver.head(head);
    }

    @Override
    public void alive() {
        // only the total counts
    }

    @Override
    public void answer(UpstreamResponseHead head) {
        ContentType.reject(head);
        body = new WholeBody(route.translation());
        attempts.more();
    }

    @Override
    public void bytes(List<ByteBuffer> buffers) {
        WholeBody whole = body;
        if (whole != null) {
            buffers.forEach(whole::accept);
            if (whole.cutOff()) {
                succeeded(whole.message());
                return;
            }
        }
        attempts.more();
    }

    @Override
    public void end() {
        if (body != null) {
            succeeded(body.message());
        }
    }

    @Override
    public boolean refused(int status, byte[] error) {
        Optional<ClaudeMessage> refusal = route.translation().refusal(status, error);
        refusal.ifPresent(this::succeeded);
        return refusal.isPresent();
    }

    @Override
    public void failed(ClaudeError error) {
        close();
        receiver.failed(error, attempts.count());
    }

    @Override
    public void guarded(Runnable work) {
        try {
            try {
                work.run();
            } catch (ClaudeException e) {
                attempts.fail(
                        e.error(), UpstreamErrors.retryable(e.error().type().status()));
            }
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("a call failed", e);
            if (!ended) {
                failed(Guard.INTERNAL);
            }
        }
    }

    private void succeeded(ClaudeMessage message) {
        close();
        receiver.message(message, attempts.count());
    }

    private void locked(Runnable work) {
        synchronized (lock) {
            if (!ended) {
                guarded(work);
            }
        }
    }

    private void close() {
        ended = true;
        running.ended(this);
        attempts.cancel();
        if (timer != null) {
            timer.cancel();
        }
    }
}
