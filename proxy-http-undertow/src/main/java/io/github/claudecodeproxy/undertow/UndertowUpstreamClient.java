package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.upstream.FailureReasons;
import io.github.claudecodeproxy.upstream.UpstreamCall;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamException;
import io.github.claudecodeproxy.upstream.UpstreamListener;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

    private static final Logger LOG = LoggerFactory.getLogger(UndertowUpstreamClient.class);
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int NAME_THREADS = 4;
    private static final Pattern LITERAL =
            Pattern.compile("[0-9]+(\\.[0-9]+){0,3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%.*)?");

    /** The I/O thread of the client for whom this thread works. */
    private static final ThreadLocal<@Nullable XnioIoThread> NEAR = new ThreadLocal<>();

    private final XnioWorker worker;
    private final UpstreamWay way;
    private final ByteBufferPool sendBuffers = new DefaultByteBufferPool(true, BUFFER_BYTES, -1, 4);
    /** On the heap, where the engine looks at what was read without copying it. */
    private final ByteBufferPool readBuffers = new DefaultByteBufferPool(false, BUFFER_BYTES, -1, 4);

    private final ThreadPoolExecutor names;
    private final IdleUpstreams idle = new IdleUpstreams();
    private final Set<UndertowCall> calls = ConcurrentHashMap.newKeySet();
    private final Map<String, CompletableFuture<InetAddress>> lookups = new HashMap<>();
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
        Target target = Target.of(request);
        UpstreamConnection used = idle.take(target.origin(), near);
        UndertowCall call =
                new UndertowCall(this, used == null ? near : used.thread(), target, used, request, listener);
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
        sendBuffers.close();
        readBuffers.close();
    }

    boolean closed() {
        return closed;
    }

    UpstreamWay way() {
        return way;
    }

    ByteBufferPool sendBuffers() {
        return sendBuffers;
    }

    ByteBufferPool readBuffers() {
        return readBuffers;
    }

    IdleUpstreams idle() {
        return idle;
    }

    synchronized UndertowXnioSsl tls() throws UpstreamException {
        UndertowXnioSsl made = tls;
        if (made == null) {
            made = new UndertowXnioSsl(worker.getXnio(), OptionMap.EMPTY, context());
            tls = made;
        }
        return made;
    }

    private SSLContext context() throws UpstreamException {
        SSLContext given = way.tls();
        try {
            return given == null ? SSLContext.getDefault() : given;
        } catch (NoSuchAlgorithmException e) {
            UpstreamException failure = FailureReasons.beforeHeaders(e);
            LOG.error("No call is possible: {}", failure.getMessage());
            throw failure;
        }
    }

    /**
     * Looks for the address of a name, which may take long. Who asks for the same name meanwhile gets the same answer, so
     * that a name whose server is silent takes one thread only.
     *
     * @param found told the address, on any thread
     * @param unknown run instead when there is none
     */
    void resolve(String host, Consumer<InetAddress> found, Runnable unknown) {
        CompletableFuture<InetAddress> address;
        try {
            address = LITERAL.matcher(host).matches() ? address(host) : lookUp(host);
        } catch (RejectedExecutionException e) {
            // the client is closed, and with it all calls
            return;
        }
        CompletableFuture<?> unused = address.whenComplete((known, problem) -> {
            if (problem == null) {
                found.accept(known);
            } else {
                unknown.run();
            }
        });
    }

    private CompletableFuture<InetAddress> lookUp(String host) {
        synchronized (lookups) {
            CompletableFuture<InetAddress> running = lookups.get(host);
            if (running != null) {
                return running;
            }
            CompletableFuture<InetAddress> lookup = new CompletableFuture<>();
            names.execute(() -> {
                CompletableFuture<InetAddress> known = address(host);
                synchronized (lookups) {
                    lookups.remove(host);
                }
                CompletableFuture<?> unused = known.whenComplete((address, problem) -> {
                    if (problem == null) {
                        lookup.complete(address);
                    } else {
                        lookup.completeExceptionally(problem);
                    }
                });
            });
            lookups.put(host, lookup);
            return lookup;
        }
    }

    /** Blocks, unless the host is an address itself. */
    private static CompletableFuture<InetAddress> address(String host) {
        try {
            return CompletableFuture.completedFuture(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            return CompletableFuture.failedFuture(e);
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
