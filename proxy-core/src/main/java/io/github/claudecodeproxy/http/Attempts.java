package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.upstream.Credential;
import io.github.claudecodeproxy.upstream.UpstreamCall;
import io.github.claudecodeproxy.upstream.UpstreamException;
import io.github.claudecodeproxy.upstream.UpstreamListener;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Calls the upstream, once more where that may help, and hands the answer on. Every callback runs under the owner's
 * lock, and none after {@link #cancel} or {@code failed}; every method must be called under it.
 */
final class Attempts {

    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(1);
    private static final int LARGEST_ERROR = 64 << 10;

    /** However many may serve a call. */
    private static final int MOST_SENT = 3;

    private final CallRoute route;
    private final Timers timers;
    private final Object lock;
    private final Owner owner;
    private final CallTrace trace;

    private Upstream upstream;
    private CircuitBreaker breaker;
    private @Nullable UpstreamRequest request;
    private @Nullable Credential refused;
    private boolean renewed;
    private int retriesLeft;
    private int count;
    private boolean over;
    private boolean retrying;
    private @Nullable ClaudeError lastError;
    private @Nullable ClaudeError ofOthers;
    private @Nullable Attempt current;
    private Timers.@Nullable Timer waiting;

    Attempts(CallRoute route, Timers timers, Object lock, Owner owner, CallTrace trace) {
        this.route = route;
        this.upstream = route.upstream();
        this.breaker = upstream.breaker(route.target().model());
        this.retriesLeft = upstream.retries();
        this.request = route.upstreamRequest();
        this.timers = timers;
        this.lock = lock;
        this.owner = owner;
        this.trace = trace;
    }

    /** Sends the request, as soon as there is a place for it at the upstream, unless the upstream is to be spared. */
    void start() {
        CircuitBreaker.Permit permit = breaker.ask();
        ClaudeError refusal = permit.refusal();
        if (refusal != null) {
            ClaudeError error = lastError == null ? refusal : lastError;
            if (!fallBack(error)) {
                giveUp(error);
            }
            return;
        }
        Attempt attempt = new Attempt(permit);
        current = attempt;
        attempt.slot.take();
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

    /** The answer turned out to be an error: asks somebody else, tries again, or reports it. */
    void fail(ClaudeError problem, boolean retryable) {
        ClaudeError error = judged(problem);
        drop();
        if (fallBack(error)) {
            return;
        }
        lastError = error;
        OptionalLong wait =
                retryable && retriesLeft > 0 && count < MOST_SENT && !Boolean.FALSE.equals(error.shouldRetry())
                        ? RetryPolicy.wait(error)
                        : OptionalLong.empty();
        if (wait.isPresent() && owner.mayWait(wait.getAsLong()) && takeRetry()) {
            retriesLeft--;
            trace.again(error, wait.getAsLong());
            waiting = timers.after(wait.getAsLong(), this::again);
        } else {
            giveUp(error);
        }
    }

    /** The time for all attempts has run out. */
    void timeIsOver(ClaudeError problem) {
        giveUp(judged(problem));
    }

    /** What a problem is when it is a time that has run out. */
    private ClaudeError judged(ClaudeError problem) {
        Attempt attempt = current;
        boolean late = problem.type() == ClaudeError.Type.TIMEOUT;
        return late && attempt != null ? attempt.timedOut(problem) : problem;
    }

    /** The call has failed, and nobody is left for another attempt. */
    private void giveUp(ClaudeError error) {
        over = true;
        drop();
        giveBackRetry();
        owner.failed(ofOthers == null ? error : graver(ofOthers, error));
    }

    /** Somebody else takes the call over, if the client was told nothing yet. */
    private boolean fallBack(ClaudeError error) {
        boolean possible = count < MOST_SENT && owner.untouched() && route.hasFallback(error);
        if (!possible || !route.fallBack(error)) {
            return false;
        }
        ofOthers = ofOthers == null ? error : graver(ofOthers, error);
        lastError = null;
        giveBackRetry();
        upstream = route.upstream();
        breaker = upstream.breaker(route.target().model());
        retriesLeft = upstream.retries();
        refused = null;
        renewed = false;
        request = route.upstreamRequest();
        owner.healed();
        start();
        return true;
    }

    /** Of the errors of several, what the client should know: that it can come back, or that a key or a name is wrong. */
    private static ClaudeError graver(ClaudeError first, ClaudeError second) {
        return gravity(first) > gravity(second) ? first : second;
    }

    private static int gravity(ClaudeError error) {
        if (error.type() == ClaudeError.Type.RATE_LIMIT) {
            return 3;
        }
        if (Boolean.FALSE.equals(error.shouldRetry()) && error.type() == ClaudeError.Type.API) {
            return 2;
        }
        return error.type() == ClaudeError.Type.NOT_FOUND ? 1 : 0;
    }

    /** Ends it all in whatever phase it is. */
    void cancel() {
        over = true;
        if (waiting != null) {
            waiting.cancel();
        }
        drop();
        giveBackRetry();
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
        giveBackRetry();
    }

    /** No other attempt follows, so the request need not stay in memory while the answer comes. */
    void forget() {
        request = null;
        route.forget();
    }

    private boolean takeRetry() {
        retrying = retrying || upstream.retryBudget().take();
        return retrying;
    }

    private void giveBackRetry() {
        if (retrying) {
            retrying = false;
            upstream.retryBudget().giveBack();
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
        if (attempt != null) {
            attempt.drop();
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

        /** The request is sent once more, translated anew, here or to somebody else. */
        void healed();

        /** No upstream is needed any more: the translation has the answer. */
        void answerHere();

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

        private final CircuitBreaker.Permit permit;
        private final UpstreamSlots.Slot slot = upstream.slots().slot(this::send, this::noSlot);
        private @Nullable Credential credential;
        private boolean asking;
        private boolean reported;
        private @Nullable UpstreamCall call;
        private @Nullable UpstreamResponseHead errorHead;
        private Timers.@Nullable Timer draining;
        private boolean ended;
        private final LimitedBytes errorBody = new LimitedBytes(LARGEST_ERROR);

        Attempt(CircuitBreaker.Permit permit) {
            this.permit = permit;
        }

        private void send() {
            ifCurrent(() -> {
                asking = true;
                Credential known = refused;
                CompletableFuture<Credential> key = known == null
                        ? upstream.credential().now()
                        : upstream.credential().insteadOf(known);
                CompletableFuture<Credential> unused = key.whenComplete((with, failure) -> ifCurrent(() -> send(with)));
            });
        }

        private void send(@Nullable Credential with) {
            if (with == null) {
                permit.forgotten();
                fail(UpstreamErrors.noKey(upstream.credential().label()), false);
                return;
            }
            asking = false;
            credential = with;
            count++;
            UpstreamRequest sent = upstream.authorized(Objects.requireNonNull(request), with);
            trace.sent(sent, count, upstream.provider().name(), route.target().model());
            call = upstream.client().send(sent, this);
        }

        private void noSlot() {
            ifCurrent(() -> fail(UpstreamErrors.noSlot(upstream.slots().most()), false));
        }

        @Override
        public void headers(UpstreamResponseHead head) {
            ifCurrent(() -> {
                trace.answered(head, credential);
                if (head.status() >= 400) {
                    errorHead = head;
                    more();
                } else if (head.status() < 200 || head.status() > 203) {
                    fail(UpstreamErrors.status(head.status()), false);
                } else {
                    route.healing().accepted();
                    upstream.askWindow(route.target(), timers);
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
                trace.bytes(buffers);
                if (errorHead == null) {
                    answered();
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
                    answered();
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
                trace.broken(failure.reason().toString());
                if (errorHead == null) {
                    ClaudeError error = UpstreamErrors.of(failure);
                    if (UpstreamErrors.isDown(failure)) {
                        permit.failed(error);
                    }
                    fail(error, UpstreamErrors.retryable(failure));
                } else {
                    report(errorHead);
                }
            });
        }

        /** It works, so a second try that got this far needs no budget any more. */
        private void answered() {
            permit.answered();
            giveBackRetry();
        }

        /** A time has run out, which is not the upstream's fault while the call still stands in line. */
        ClaudeError timedOut(ClaudeError error) {
            if (asking) {
                return UpstreamErrors.noKey(upstream.credential().label());
            }
            if (call == null) {
                return UpstreamErrors.noSlot(upstream.slots().most());
            }
            permit.failed(error);
            return error;
        }

        void drop() {
            permit.forgotten();
            if (call != null) {
                call.cancel();
            }
            slot.release();
        }

        void drain() {
            UpstreamCall running = call;
            if (running != null && !ended) {
                draining = timers.after(LONGEST_DRAIN, () -> {
                    running.cancel();
                    slot.release();
                });
                running.more();
            } else {
                slot.release();
            }
        }

        private void drained() {
            synchronized (lock) {
                ended = true;
                if (draining != null) {
                    draining.cancel();
                }
            }
            slot.release();
        }

        private void more() {
            if (call != null) {
                call.more();
            }
        }

        private void report(UpstreamResponseHead head) {
            if (reported) {
                return;
            }
            reported = true;
            Credential sent = credential;
            boolean renewable =
                    head.status() == 401 && !renewed && upstream.credential().renewable();
            if (renewable && sent != null && owner.untouched()) {
                renewed = true;
                permit.answered();
                CompletableFuture<Credential> unused = upstream.credential()
                        .insteadOf(sent)
                        .whenComplete((other, failure) -> ifCurrent(() -> renewed(head, sent, other)));
            } else {
                reportRefusal(head);
            }
        }

        /** There may be another key than the one that was refused. */
        private void renewed(UpstreamResponseHead head, Credential sent, @Nullable Credential other) {
            if (other == null || other.key().equals(sent.key())) {
                reportRefusal(head);
            } else {
                refused = sent;
                drop();
                Attempts.this.start();
            }
        }

        private void reportRefusal(UpstreamResponseHead head) {
            byte[] body = errorBody.toByteArray();
            owner.head(head);
            if (owner.refused(head.status(), body)) {
                return;
            }
            if (owner.untouched() && route.healing().heal(head.status(), body)) {
                if (route.translation().local()) {
                    answerHere();
                } else {
                    again();
                }
                return;
            }
            ClaudeError error = route.translation().error(head.status(), head.headers(), body);
            tell(head.status(), error);
            fail(error, UpstreamErrors.retryable(head.status()));
        }

        /** What the error says about the upstream. Some hosts use 500 for what is wrong with a request. */
        private void tell(int status, ClaudeError error) {
            if (status >= 500 && error.type().status() >= 500) {
                permit.failed(error);
            } else if (status == 429) {
                permit.limited(error, RetryPolicy.retryAfter(error.retryAfter(), Instant.now()));
            } else {
                permit.answered();
            }
        }

        /** The upstream lacks what alone the client asked for; that is all there is to say. */
        private void answerHere() {
            permit.answered();
            route.healing().accepted();
            owner.healed();
            owner.answerHere();
        }

        /** With what the refusal has taught; the same try goes on, so that it is not counted as another. */
        private void again() {
            drop();
            request = route.upstreamRequest();
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
