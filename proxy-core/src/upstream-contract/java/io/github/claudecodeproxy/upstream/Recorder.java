package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Records what is reported, and checks that it comes in order and one at a time. */
class Recorder implements UpstreamListener {

    static final int SECONDS = 20;

    private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final AtomicInteger inside = new AtomicInteger();
    private final CompletableFuture<UpstreamCall> call = new CompletableFuture<>();
    private final boolean greedy;
    private volatile @Nullable UpstreamResponseHead head;
    private volatile @Nullable UpstreamException failure;
    private volatile @Nullable String misuse;
    private volatile boolean over;

    private Recorder(boolean greedy) {
        this.greedy = greedy;
    }

    /** Asks for everything. */
    static Recorder greedy() {
        return new Recorder(true);
    }

    /** Asks for nothing. */
    static Recorder modest() {
        return new Recorder(false);
    }

    Recorder send(UpstreamClient client, UpstreamRequest request) {
        call.complete(client.send(request, this));
        return this;
    }

    UpstreamCall call() {
        return call.join();
    }

    /** The next report: headers, bytes, end, or failure with its reason. */
    String next() throws InterruptedException {
        String next = reports.poll(SECONDS, TimeUnit.SECONDS);
        return next == null ? "nothing within " + SECONDS + " s" : next;
    }

    /** The last report, after all others have come. */
    String last() throws InterruptedException {
        String next = next();
        while (next.equals("headers") || next.equals("bytes")) {
            next = next();
        }
        assertThat(misuse).isNull();
        return next;
    }

    boolean nothingReported() {
        return reports.isEmpty();
    }

    String body() {
        synchronized (body) {
            return body.toString(StandardCharsets.UTF_8);
        }
    }

    UpstreamResponseHead head() {
        return Objects.requireNonNull(head);
    }

    UpstreamException failure() {
        return Objects.requireNonNull(failure);
    }

    @Override
    public void headers(UpstreamResponseHead head) {
        enter(this.head != null || over);
        this.head = head;
        leave("headers");
        if (greedy) {
            call().more();
        }
    }

    @Override
    public void bytes(List<ByteBuffer> buffers) {
        enter(head == null || over || buffers.isEmpty());
        synchronized (body) {
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                body.writeBytes(bytes);
            }
        }
        leave("bytes");
        if (greedy) {
            call().more();
        }
    }

    @Override
    public void end() {
        enter(head == null || over);
        over = true;
        leave("end");
    }

    @Override
    public void failure(UpstreamException failure) {
        enter(over);
        over = true;
        this.failure = failure;
        leave(failure.reason().name());
    }

    private void enter(boolean wrong) {
        if (inside.incrementAndGet() != 1) {
            misuse = "two reports at once";
        }
        if (wrong) {
            misuse = "a report out of order";
        }
    }

    private void leave(String report) {
        inside.decrementAndGet();
        reports.add(report);
    }
}
