package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeEvent;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.sse.SseEncoder;
import io.github.claudecodeproxy.translate.StreamTranslation;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One streamed call, from the request upstream to the last byte for the client. Upstream, timers and client come in on
 * their own threads and wait for one lock; nothing under it blocks.
 */
final class StreamingCall implements Attempts.Owner, RunningCalls.Call {

    private static final Logger LOG = LoggerFactory.getLogger(StreamingCall.class);

    // Comments keep a connection alive, but a provider that sends nothing else for so long is not working any more.
    private static final long LONGEST_WITHOUT_EVENT = Duration.ofMinutes(10).toNanos();

    private final Object lock = new Object();
    private final Reply reply;
    private final CallRoute route;
    private final CallRecord calls;
    private final ProxySettings settings;
    private final Timers timers;
    private final ProxyTimeouts timeouts;
    private final Duration silence;
    private final Attempts attempts;
    private final RunningCalls running;
    private final SilenceTimer upstreamSilence;
    private final SilenceTimer clientSilence;
    private final SseEncoder encoder = new SseEncoder();

    private State state = State.WAITING;
    private StreamTranslation stream;
    private StreamBody body;
    private @Nullable ResponseChannel channel;
    private Timers.@Nullable Timer hold;
    private Timers.@Nullable Timer grace;
    private String outcome = "end";
    private long holdEnds;
    private long lastEvent;
    private long blockedSince;
    private boolean blocked;
    private boolean answering;
    private boolean asked;
    private boolean complete;

    StreamingCall(Reply reply, CallRoute route, CallRecord calls, EngineParts parts, CallTrace trace) {
        this.reply = reply;
        this.route = route;
        this.settings = parts.settings();
        this.calls = calls;
        this.timers = parts.timers();
        this.timeouts = parts.settings().timeouts();
        this.running = parts.running();
        this.silence = route.silence(parts.settings());
        this.attempts = new Attempts(route, timers, lock, this, trace);
        this.upstreamSilence = new SilenceTimer(timers, lock, silence, () -> guarded(this::upstreamSilent));
        this.clientSilence =
                new SilenceTimer(timers, lock, timeouts.pingInterval(), () -> guarded(this::clientHeardNothing));
        this.stream = newStream();
        this.body = new StreamBody(stream);
    }

    /** Where a call stands. */
    private enum State {
        /** Nothing was sent to the client; a failure still gets its real status. To COMMITTED or ENDED. */
        WAITING,
        /** Status 200 and events were sent; a failure is an error event. To ENDED. */
        COMMITTED,
        /** The client has its answer or is gone; whatever still comes in is ignored. */
        ENDED
    }

    void start() {
        running.begun(this);
        if (route.translation().local()) {
            locked(this::answerHere);
            return;
        }
        reply.exchange().onClientGone(() -> locked(this::clientGone));
        locked(() -> {
            holdEnds = timers.now() + timeouts.headersHold().toNanos();
            hold = timers.after(timeouts.headersHold(), () -> locked(this::holdOver));
            upstreamSilence.start();
            attempts.start();
        });
    }

    @Override
    public void end(ClaudeError why) {
        locked(() -> {
            attempts.cancel();
            failed(why);
        });
    }

    @Override
    public boolean mayWait(long nanos) {
        return state == State.WAITING && timers.now() + nanos < holdEnds && nanos < silence.toNanos();
    }

    @Override
    public boolean untouched() {
        return state == State.WAITING && encoder.isEmpty();
    }

    @Override
    public void healed() {
        stream = newStream();
        body = new StreamBody(stream);
        upstreamSilence.touch();
        calls.translatedAnew(route);
    }

    @Override
    public void answerHere() {
        route.translation().answerLocally(this::emit);
        commit();
        complete = true;
        pump();
    }

    @Override
    public void head(UpstreamResponseHead head) {
        if (settings.rateLimitHeaders()) {
            reply.with(RateLimits.headers(head.headers(), Instant.now()));
        }
    }

    @Override
    public void alive() {
        upstreamSilence.touch();
    }

    @Override
    public void answer(UpstreamResponseHead head) {
        ContentType.reject(head);
        lastEvent = timers.now();
        answering = true;
        forgetRequest();
        pump();
    }

    @Override
    public void bytes(List<ByteBuffer> buffers) {
        asked = false;
        int before = body.events();
        try {
            buffers.forEach(body::accept);
        } catch (ClaudeException e) {
            broken(e.error());
            return;
        }
        if (body.events() > before) {
            lastEvent = timers.now();
        } else if (timers.now() - lastEvent >= LONGEST_WITHOUT_EVENT) {
            attempts.fail(UpstreamErrors.silent(Duration.ofNanos(LONGEST_WITHOUT_EVENT)), false);
            return;
        }
        proceed();
    }

    @Override
    public void end() {
        answering = false;
        try {
            body.end();
        } catch (ClaudeException e) {
            broken(e.error());
            return;
        }
        proceed();
    }

    @Override
    public boolean refused(int status, byte[] error) {
        if (state != State.WAITING || !route.translation().refusal(status, error, this::emit)) {
            return false;
        }
        commit();
        complete = true;
        pump();
        return true;
    }

    @Override
    public void failed(ClaudeError error) {
        answering = false;
        if (state == State.WAITING && encoder.isEmpty()) {
            close();
            calls.error(error.message());
            calls.ended(error.type().status(), error.type().wireName(), attempts.count());
            reply.error(error);
            return;
        }
        stream.fail(error);
        proceed();
    }

    @Override
    public void guarded(Runnable work) {
        try {
            try {
                work.run();
            } catch (ClaudeException e) {
                broken(e.error());
            }
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("{} failed", reply.requestId(), e);
            crash();
        }
    }

    private void locked(Runnable work) {
        synchronized (lock) {
            if (state != State.ENDED) {
                guarded(work);
            }
        }
    }

    /** The answer is an error: another attempt may help as long as none of it has become an event. */
    private void broken(ClaudeError error) {
        boolean fresh = state == State.WAITING && encoder.isEmpty();
        answering = false;
        asked = false;
        if (fresh) {
            stream = newStream();
            body = new StreamBody(stream);
        }
        attempts.fail(error, fresh && UpstreamErrors.retryable(error.type().status()));
    }

    private void proceed() {
        if (!encoder.isEmpty() && state == State.WAITING) {
            commit();
        }
        if (stream.finished() && !over() && grace == null) {
            grace = timers.after(timeouts.finishGrace(), () -> locked(this::graceOver));
        }
        pump();
    }

    private StreamTranslation newStream() {
        StreamTranslation translated = route.translation().stream(this::emit);
        translated.requestId(reply.requestId());
        return translated;
    }

    /** Whether the last event was made, if not sent. */
    private boolean over() {
        return complete || stream.ended();
    }

    private void commit() {
        state = State.COMMITTED;
        if (hold != null) {
            hold.cancel();
        }
        calls.showLosses(reply);
        channel = reply.stream(() -> locked(this::writable));
        clientSilence.start();
        forgetRequest();
    }

    private void forgetRequest() {
        if (answering && state == State.COMMITTED) {
            attempts.forget();
            reply.requestDone();
        }
    }

    /** Sends what there is, then ends the stream or asks for more, unless the client is behind. */
    private void pump() {
        ResponseChannel open = channel;
        if (open != null && !encoder.isEmpty() && !blocked) {
            write(open);
        }
        if (over()) {
            if (stream.finished()) {
                attempts.release();
            } else {
                attempts.cancel();
            }
            upstreamSilence.stop();
        }
        if (open != null && over() && encoder.isEmpty()) {
            finish(open);
        } else if (answering && !over() && !blocked && !asked) {
            asked = true;
            attempts.more();
        }
    }

    private void write(ResponseChannel open) {
        // Set first: the channel may report that it is writable again before write has returned.
        blocked = true;
        blockedSince = timers.now();
        clientSilence.touch();
        if (open.write(encoder.drain())) {
            blocked = false;
        }
    }

    private void finish(ResponseChannel open) {
        if (state == State.ENDED) {
            return;
        }
        close();
        calls.ended(200, outcome, attempts.count());
        open.end();
    }

    private void emit(ClaudeEvent event) {
        if (event instanceof ClaudeEvent.ContentBlockDelta) {
            calls.delta();
        } else if (event instanceof ClaudeEvent.ContentBlockStart) {
            calls.firstContent();
        } else if (event instanceof ClaudeEvent.MessageDelta delta) {
            outcome = delta.delta().stopReason();
            calls.usage(delta.usage());
        } else if (event instanceof ClaudeEvent.Failure failed) {
            outcome = failed.error().type();
            calls.error(failed.error().message());
        }
        byte[] json = ClaudeJson.bytes(event);
        calls.content("event", () -> json);
        encoder.append(event.type(), json);
    }

    private void holdOver() {
        if (state == State.WAITING) {
            stream.start();
            proceed();
        }
    }

    private void graceOver() {
        if (!over()) {
            stream.end();
            proceed();
        }
    }

    private void upstreamSilent() {
        // While the client is behind, nothing is asked of the upstream.
        if (!blocked && !over()) {
            attempts.fail(UpstreamErrors.silent(silence), false);
        }
    }

    private void clientHeardNothing() {
        if (!blocked) {
            emit(new ClaudeEvent.Ping());
            pump();
        } else if (timers.now() - blockedSince >= timeouts.clientStall().toNanos()) {
            clientGone();
        }
    }

    private void writable() {
        blocked = false;
        upstreamSilence.touch();
        pump();
    }

    private void clientGone() {
        close();
        calls.ended(CallRecord.CLIENT_GONE, "client_gone", attempts.count());
        if (channel != null) {
            channel.abort();
        }
    }

    /** A bug of ours: the client learns that its answer is not whole, whatever state this is in. */
    private void crash() {
        if (state == State.ENDED) {
            return;
        }
        try {
            attempts.cancel();
            failed(Guard.INTERNAL);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("{} cannot end its stream", reply.requestId(), e);
            clientGone();
        }
    }

    private void close() {
        state = State.ENDED;
        reply.over();
        running.ended(this);
        attempts.cancel();
        upstreamSilence.stop();
        clientSilence.stop();
        if (hold != null) {
            hold.cancel();
        }
        if (grace != null) {
            grace.cancel();
        }
    }
}
