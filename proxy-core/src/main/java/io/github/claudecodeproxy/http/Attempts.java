package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.upstream.UpstreamCall;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamException;
import io.github.claudecodeproxy.upstream.UpstreamListener;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Calls the upstream, once more where that may help, and hands the answer on. Every callback runs under the owner's
 * lock, and none after {@link #cancel} or {@code failed}; every method must be called under it.
 */
final class Attempts {

    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(1);
    private static final int LARGEST_ERROR = 64 << 10;

    private final UpstreamClient client;
    private final Upstream upstream;
    private final Healing healing;
    private final Timers timers;
    private final Object lock;
    private final Owner owner;

    private UpstreamRequest request;
    private int retriesLeft;
    private int count;
    private boolean over;
    private @Nullable Attempt current;
    private Timers.@Nullable Timer waiting;

    Attempts(Upstream upstream, Healing healing, Timers timers, Object lock, Owner owner) {
        this.upstream = upstream;
        this.client = upstream.client();
        this.retriesLeft = upstream.retries();
        this.healing = healing;
        this.request = upstream.request(healing.translation());
        this.timers = timers;
        this.lock = lock;
        this.owner = owner;
    }

    /** Sends the request. */
    void start() {
        count++;
        owner.alive();
        Attempt attempt = new Attempt();
        current = attempt;
        attempt.call = client.send(request, attempt);
    }

    /** How often the request was sent. */
    int count() {
        return count;
    }

    /** Asks for the next bytes of the answer. */
    void more() {
        if (current != null) {
            current.more();
        }
    }

    /** The answer turned out to be an error: tries again, or reports it. */
    void fail(ClaudeError error, boolean retryable) {
        drop();
        OptionalLong wait = retryable && retriesLeft > 0 && !Boolean.FALSE.equals(error.shouldRetry())
                ? RetryPolicy.wait(error)
                : OptionalLong.empty();
        if (wait.isPresent() && owner.mayWait(wait.getAsLong())) {
            retriesLeft--;
            waiting = timers.after(wait.getAsLong(), this::again);
        } else {
            over = true;
            owner.failed(error);
        }
    }

    /** Ends it all in whatever phase it is. */
    void cancel() {
        over = true;
        if (waiting != null) {
            waiting.cancel();
        }
        drop();
    }

    /**
     * Nothing more of the answer is needed. The upstream may end it in order, so that its connection can be used again,
     * but not for long.
     */
    void release() {
        over = true;
        Attempt attempt = current;
        current = null;
        if (attempt != null) {
            attempt.drain();
        }
    }

    private void again() {
        synchronized (lock) {
            if (!over) {
                owner.guarded(this::start);
            }
        }
    }

    private void drop() {
        Attempt attempt = current;
        current = null;
        if (attempt != null && attempt.call != null) {
            attempt.call.cancel();
        }
    }

    /** Whose call it is. All under its lock. */
    interface Owner {

        /** Runs a piece of work; what it throws ends the call. */
        void guarded(Runnable work);

        /** Whether the call may still be sent again after this wait: nothing was sent to the client. */
        boolean mayWait(long nanos);

        /** Whether the client was told nothing yet. */
        boolean untouched();

        /** The request is sent once more, translated anew. */
        void healed();

        /** Status and headers of whatever the upstream answers. */
        void head(UpstreamResponseHead head);

        /** Something came from the upstream. */
        void alive();

        /** The upstream has begun an answer that is no error. Bytes come only when asked for. */
        void answer(UpstreamResponseHead head);

        /** Bytes of the answer. */
        void bytes(List<ByteBuffer> buffers);

        /** The answer is complete. */
        void end();

        /** The upstream answered with an error; true when the owner took it for a refusal of the model. */
        boolean refused(int status, byte[] body);

        /** The call has failed for good. */
        void failed(ClaudeError error);
    }

    private final class Attempt implements UpstreamListener {

        private @Nullable UpstreamCall call;
        private @Nullable UpstreamResponseHead errorHead;
        private Timers.@Nullable Timer draining;
        private boolean ended;
        private final LimitedBytes errorBody = new LimitedBytes(LARGEST_ERROR);

        @Override
        public void headers(UpstreamResponseHead head) {
            ifCurrent(() -> {
                if (head.status() >= 400) {
                    errorHead = head;
                    more();
                } else if (head.status() < 200 || head.status() > 203) {
                    fail(UpstreamErrors.status(head.status()), false);
                } else {
                    healing.accepted();
                    owner.head(head);
                    owner.answer(head);
                }
            });
        }

        @Override
        public void bytes(List<ByteBuffer> buffers) {
            synchronized (lock) {
                if (draining != null) {
                    more();
                }
            }
            ifCurrent(() -> {
                if (errorHead == null) {
                    owner.bytes(buffers);
                } else if (buffers.stream().allMatch(errorBody::accept)) {
                    more();
                } else {
                    report(errorHead);
                }
            });
        }

        @Override
        public void end() {
            drained();
            ifCurrent(() -> {
                if (errorHead == null) {
                    owner.end();
                } else {
                    report(errorHead);
                }
            });
        }

        @Override
        public void failure(UpstreamException failure) {
            drained();
            ifCurrent(() -> {
                if (errorHead == null) {
                    fail(UpstreamErrors.of(failure), UpstreamErrors.retryable(failure));
                } else {
                    report(errorHead);
                }
            });
        }

        void drain() {
            UpstreamCall running = call;
            if (running != null && !ended) {
                draining = timers.after(LONGEST_DRAIN, running::cancel);
                running.more();
            }
        }

        private void drained() {
            synchronized (lock) {
                ended = true;
                if (draining != null) {
                    draining.cancel();
                }
            }
        }

        private void more() {
            if (call != null) {
                call.more();
            }
        }

        private void report(UpstreamResponseHead head) {
            byte[] body = errorBody.toByteArray();
            owner.head(head);
            if (owner.refused(head.status(), body)) {
                return;
            }
            if (owner.untouched() && healing.heal(head.status(), body)) {
                again();
                return;
            }
            ClaudeError error = healing.translation().error(head.status(), head.headers(), body);
            fail(error, UpstreamErrors.retryable(head.status()));
        }

        /** With what the refusal has taught; the same try goes on, so that it is not counted as another. */
        private void again() {
            drop();
            request = upstream.request(healing.translation());
            owner.healed();
            Attempts.this.start();
        }

        private void ifCurrent(Runnable work) {
            synchronized (lock) {
                if (current == this) {
                    owner.guarded(() -> {
                        owner.alive();
                        work.run();
                    });
                }
            }
        }
    }
}
