package io.github.claudecodeproxy.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.http.ResponseChannel;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One asynchronous request of a container as an {@link Exchange}. All of the request that is needed later is read at once,
 * because a container may give its object to another request when the client is gone. The handler's code never runs under
 * {@link #lock}.
 */
final class ServletExchange implements Exchange, AsyncListener {

    /** Set on a request that is dispatched again only to be broken off. */
    static final String BROKEN = ServletExchange.class.getName() + ".broken";

    private static final Logger log = LoggerFactory.getLogger(ServletExchange.class);

    /** What a container may take to say that a connection is broken; far more than any does. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * Guards the response and the end of the exchange against each other. A container runs us under locks of its own, which
     * it wants again to set a listener, to dispatch and to complete: none of these is called under this lock.
     */
    final Object lock = new Object();

    private final RequestHead head;
    private final AsyncContext async;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final ServletLimits limits;
    private final ServletTimers timers;
    private final Runnable stopping;
    private final Consumer<? super ServletExchange> over;
    private final ServletBody body;
    private final List<Runnable> callbacks = new ArrayList<>(1);

    /** Behind the end the container may give its objects to another request. */
    private final AtomicBoolean released = new AtomicBoolean();

    private State state = State.RUNNING;
    private boolean answered;
    private @Nullable ServletChannel channel;

    /**
     * An exchange.
     *
     * @param async of the request, without a time limit of the container's
     * @param timers runs time limits and what must not run under a lock
     * @param stopping run when the container gives its requests no more time, to end them in good order
     * @param over told when nothing more will happen
     */
    ServletExchange(
            AsyncContext async,
            ServletLimits limits,
            ServletTimers timers,
            Runnable stopping,
            Consumer<? super ServletExchange> over) {
        this.async = async;
        this.request = (HttpServletRequest) async.getRequest();
        this.response = (HttpServletResponse) async.getResponse();
        this.limits = limits;
        this.timers = timers;
        this.stopping = stopping;
        this.over = over;
        this.head = RequestHead.of(request);
        this.body = new ServletBody(this, request, limits);
    }

    private enum State {
        /** The client may still be there. */
        RUNNING,
        /** The client is gone, which whoever asked is told. */
        GONE,
        /** The response is out, or was broken off by us. */
        DONE
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String path() {
        return head.path();
    }

    @Override
    public @Nullable String query() {
        return head.query();
    }

    @Override
    public @Nullable String header(String name) {
        return head.headers().get(name);
    }

    @Override
    public @Nullable InetAddress peer() {
        return head.peer();
    }

    @Override
    public void readBody(int limit, BodyReceiver receiver) {
        body.read(limit, receiver);
    }

    @Override
    public void onClientGone(Runnable callback) {
        synchronized (lock) {
            if (state == State.RUNNING) {
                callbacks.add(callback);
            }
            if (state != State.GONE) {
                return;
            }
        }
        later(callback);
    }

    @Override
    public void respond(int status, Map<String, String> headers, byte[] bytes) {
        claim();
        send(status, headers, bytes);
    }

    @Override
    public ResponseChannel open(int status, Map<String, String> headers, Runnable writable) {
        claim();
        return start(status, headers, -1, writable);
    }

    /** Answers before any handler has seen the request. */
    void refuse(int status, String message) {
        claim();
        sendError(status, Map.of("connection", "close"), "invalid_request_error", message);
    }

    /** Runs code of the handler; what it throws becomes the answer, or breaks one that has begun. */
    @SuppressWarnings("CatchingUnchecked")
    void guard(Runnable code) {
        try {
            code.run();
        } catch (Throwable thrown) {
            log.error("The handler of {} {} failed", method(), path(), thrown);
            boolean first;
            ServletChannel begun;
            synchronized (lock) {
                first = !answered;
                answered = true;
                begun = channel;
            }
            if (first) {
                sendError(500, Map.of(), "api_error", "Internal server error");
            } else if (begun != null) {
                begun.abort();
            }
        }
    }

    private void claim() {
        synchronized (lock) {
            if (answered) {
                throw new IllegalStateException("an exchange is answered once");
            }
            answered = true;
        }
    }

    private void sendError(int status, Map<String, String> headers, String type, String message) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("content-type", "application/json");
        send(status, all, ErrorAnswer.json(type, message).getBytes(UTF_8));
    }

    private void send(int status, Map<String, String> headers, byte[] bytes) {
        ServletChannel whole = start(status, headers, bytes.length, () -> {});
        whole.write(ByteBuffer.wrap(bytes));
        whole.end();
    }

    private ServletChannel start(int status, Map<String, String> headers, long length, Runnable writable) {
        ServletChannel begun = new ServletChannel(this, writable);
        ServletOutputStream out;
        synchronized (lock) {
            if (state != State.RUNNING) {
                begun.release();
                return begun;
            }
            channel = begun;
            out = head(status, headers, length);
        }
        if (out == null) {
            failed();
        } else {
            begun.begin(out);
        }
        return begun;
    }

    private @Nullable ServletOutputStream head(int status, Map<String, String> headers, long length) {
        try {
            response.setStatus(status);
            headers.forEach(response::setHeader);
            if (length >= 0) {
                response.setContentLengthLong(length);
            }
            return response.getOutputStream();
        } catch (IOException | RuntimeException e) {
            log.debug("The container has ended the request", e);
            return null;
        }
    }

    ServletLimits limits() {
        return limits;
    }

    /** The last byte of the response is with the container. */
    void responded() {
        settle(State.DONE);
        body.discard(this::complete);
    }

    /** Breaks the connection by our own decision: nobody is told. */
    void breakOff() {
        settle(State.DONE);
        breakConnection();
    }

    /** The client is gone for us, though its connection stands: as if it had closed that. */
    void cut() {
        settle(State.GONE);
        breakConnection();
    }

    /** Dispatches the request again, to throw: then a container breaks the connection, which a mere end would complete. */
    private void breakConnection() {
        if (!released.compareAndSet(false, true)) {
            return;
        }
        try {
            request.setAttribute(BROKEN, true);
            async.dispatch();
        } catch (IllegalStateException e) {
            end();
        }
        over.accept(this);
    }

    /** The container says that the connection is broken. */
    void lost() {
        settle(State.GONE);
        complete();
    }

    /**
     * The container refused something, but has not yet said that the connection is broken. It will, on a thread of its own,
     * and may from then on use the request's place for another one: an end that we asked for meanwhile could hit that one.
     * So the end is its; only a container that never says so is told.
     */
    void failed() {
        settle(State.GONE);
        Future<?> unused = after(PATIENCE, this::breakConnection);
    }

    private void complete() {
        if (released.compareAndSet(false, true)) {
            end();
            over.accept(this);
        }
    }

    private void end() {
        try {
            async.complete();
        } catch (IllegalStateException e) {
            log.debug("The container had ended the request already", e);
        }
    }

    private void settle(State end) {
        List<Runnable> told;
        synchronized (lock) {
            if (state != State.RUNNING) {
                return;
            }
            state = end;
            told = end == State.GONE ? List.copyOf(callbacks) : List.of();
            callbacks.clear();
            if (channel != null) {
                channel.release();
            }
        }
        told.forEach(this::later);
    }

    private void later(Runnable task) {
        timers.execute(() -> guard(task));
    }

    @Nullable
    Future<?> after(Duration delay, Runnable task) {
        return timers.after(delay, task);
    }

    @Override
    public void onComplete(AsyncEvent event) {
        released.set(true);
        settle(State.GONE);
        over.accept(this);
    }

    /** There is no time limit, but a container that stops lets all requests run into theirs. */
    @Override
    public void onTimeout(AsyncEvent event) {
        stopping.run();
        boolean runs;
        synchronized (lock) {
            runs = state == State.RUNNING;
        }
        if (runs) {
            cut();
        }
    }

    @Override
    public void onError(AsyncEvent event) {
        lost();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
