package io.github.claudecodeproxy.servlet;

import io.github.claudecodeproxy.http.BodyBuffer;
import io.github.claudecodeproxy.http.Exchange.BodyReceiver;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the body of one request without blocking. The container calls one method at a time; timers run beside it. */
final class ServletBody implements ReadListener {

    private static final int PIECE = 16 * 1024;

    private final ServletExchange exchange;
    private final HttpServletRequest request;
    private final ServletLimits limits;

    private final long length;
    private final boolean asksFirst;
    private final boolean hasBody;

    private @Nullable ServletInputStream source;
    private @Nullable BodyReceiver receiver;
    private @Nullable BodyBuffer kept;
    private @Nullable Runnable discarded;
    private boolean finished;
    private @Nullable Future<?> timer;

    ServletBody(ServletExchange exchange, HttpServletRequest request, ServletLimits limits) {
        this.exchange = exchange;
        this.request = request;
        this.limits = limits;
        length = request.getContentLengthLong();
        asksFirst = request.getHeader("expect") != null;
        hasBody = length > 0 || request.getHeader("transfer-encoding") != null;
    }

    void read(int limit, BodyReceiver told) {
        synchronized (this) {
            if (source != null || receiver != null) {
                throw new IllegalStateException("the body is read once");
            }
            receiver = told;
            kept = new BodyBuffer(limit, length, told);
            if (!kept.fits()) {
                kept = null;
            }
        }
        if (kept == null) {
            tell(BodyReceiver::tooLarge);
        } else {
            startTimer(0);
            begin();
        }
    }

    /**
     * Reads and forgets what is left, so that the client is not reset while it still sends, then runs this. What waits for
     * our consent is not asked for.
     */
    void discard(Runnable done) {
        boolean over;
        boolean begun;
        synchronized (this) {
            over = finished || nothingComes();
            begun = source != null;
            if (!over) {
                discarded = done;
                stopTimer();
                timer = exchange.after(limits.rest(), this::finish);
            }
        }
        if (over) {
            done.run();
        } else if (!begun) {
            begin();
        }
    }

    private boolean nothingComes() {
        return source == null && (asksFirst || !hasBody);
    }

    private void begin() {
        try {
            ServletInputStream opened = request.getInputStream();
            synchronized (this) {
                source = opened;
            }
            opened.setReadListener(this);
        } catch (IOException | RuntimeException e) {
            onError(e);
        }
    }

    @Override
    public void onDataAvailable() throws IOException {
        ServletInputStream open = source;
        byte[] piece = new byte[PIECE];
        while (open != null && open.isReady() && !open.isFinished()) {
            int count = open.read(piece);
            if (count > 0 && !keep(ByteBuffer.wrap(piece, 0, count))) {
                tell(BodyReceiver::tooLarge);
            }
        }
    }

    private synchronized boolean keep(ByteBuffer piece) {
        if (kept == null || kept.add(piece)) {
            return true;
        }
        kept = null;
        stopTimer();
        return false;
    }

    @Override
    public void onAllDataRead() {
        byte[] whole;
        synchronized (this) {
            whole = kept == null ? null : kept.take();
            kept = null;
        }
        if (whole != null) {
            tell(told -> told.body(whole));
        }
        finish();
    }

    @Override
    public void onError(Throwable thrown) {
        tell(BodyReceiver::failed);
        finish();
        exchange.lost();
    }

    private void finish() {
        Runnable done;
        synchronized (this) {
            finished = true;
            done = discarded;
            discarded = null;
            if (receiver == null) {
                stopTimer();
            }
        }
        if (done != null) {
            done.run();
        }
    }

    private synchronized void startTimer(int lengthBefore) {
        timer = exchange.after(limits.body(), () -> checkProgress(lengthBefore));
    }

    private void checkProgress(int lengthBefore) {
        synchronized (this) {
            if (kept == null) {
                return;
            }
            int now = kept.length();
            if (now - lengthBefore >= limits.bodyBytesPerWindow()) {
                startTimer(now);
                return;
            }
            kept = null;
        }
        tell(BodyReceiver::failed);
    }

    private synchronized void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void tell(Consumer<BodyReceiver> outcome) {
        BodyReceiver told;
        synchronized (this) {
            told = receiver;
            receiver = null;
            stopTimer();
        }
        if (told != null) {
            exchange.guard(() -> outcome.accept(told));
        }
    }
}
