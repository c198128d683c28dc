package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.upstream.UpstreamCall;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamListener;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/**
 * Calls upstreams on the I/O threads of the server, so that what comes from an upstream goes to the client without a
 * change of threads. Speaks HTTP/1.1 only, follows no redirects, answers no authentication requests and knows no time
 * limit but that of connecting. Bodies in gzip or deflate are decoded. A request is sent once more, on a new connection,
 * when a connection that had been used before was closed without a byte of an answer. Thread-safe.
 */
final class UndertowUpstreamClient implements UpstreamClient {

    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int NAME_THREADS = 4;

    /** The I/O thread of the client for whom this thread works. */
    private static final ThreadLocal<@Nullable XnioIoThread> NEAR = new ThreadLocal<>();

    private final XnioWorker worker;
    private final UpstreamWay way;
    private final ByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER_BYTES, -1, 4);
    private final ThreadPoolExecutor names;
    private final IdleUpstreams idle = new IdleUpstreams();
    private final Set<UndertowCall> calls = ConcurrentHashMap.newKeySet();
    private @Nullable UndertowXnioSsl tls;
    private volatile boolean closed;

    UndertowUpstreamClient(XnioWorker worker, UpstreamWay way) {
        this.worker = worker;
        this.way = way;
        names = new ThreadPoolExecutor(
                NAME_THREADS,
                NAME_THREADS,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                UndertowUpstreamClient::newThread);
        names.allowCoreThreadTimeOut(true);
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "upstream-names");
        thread.setDaemon(true);
        return thread;
    }

    /** Runs code that may begin calls for a client whose connection has this I/O thread. */
    static void near(XnioIoThread thread, Runnable code) {
        XnioIoThread before = NEAR.get();
        NEAR.set(thread);
        try {
            code.run();
        } finally {
            NEAR.set(before);
        }
    }

    @Override
    public UpstreamCall send(UpstreamRequest request, UpstreamListener listener) {
        XnioIoThread near = thread();
        String origin = request.uri().getScheme() + "://" + request.uri().getAuthority();
        UpstreamConnection used = idle.take(origin, near);
        UndertowCall call =
                new UndertowCall(this, used == null ? near : used.thread(), origin, used, request, listener);
        calls.add(call);
        call.run(call::start);
        return call;
    }

    private XnioIoThread thread() {
        XnioIoThread current = XnioIoThread.currentThread();
        XnioIoThread near = current == null ? NEAR.get() : current;
        return near == null || near.getWorker() != worker ? worker.getIoThread() : near;
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(calls).forEach(UndertowCall::cancel);
        idle.close();
        names.shutdownNow();
    }

    boolean closed() {
        return closed;
    }

    UpstreamWay way() {
        return way;
    }

    ByteBufferPool buffers() {
        return buffers;
    }

    IdleUpstreams idle() {
        return idle;
    }

    synchronized UndertowXnioSsl tls() {
        UndertowXnioSsl made = tls;
        if (made == null) {
            made = new UndertowXnioSsl(worker.getXnio(), OptionMap.EMPTY, context());
            tls = made;
        }
        return made;
    }

    private SSLContext context() {
        SSLContext given = way.tls();
        try {
            return given == null ? SSLContext.getDefault() : given;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no TLS", e);
        }
    }

    /** Does what may block, such as to resolve a name. */
    void slowly(Runnable work) {
        try {
            names.execute(work);
        } catch (RejectedExecutionException e) {
            // the client is closed, and with it all calls
        }
    }

    void ended(UndertowCall call) {
        calls.remove(call);
    }

    /** What is left to do when the threads have ended is to tell that a call has failed, which must not be lost. */
    static void run(XnioIoThread thread, Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            ForkJoinPool.commonPool().execute(task);
        }
    }
}
