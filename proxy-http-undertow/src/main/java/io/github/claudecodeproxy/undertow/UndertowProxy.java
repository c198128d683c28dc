package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/**
 * An HTTP/1.1 server on Undertow that hands every request to one handler, normally {@code ProxyEngine::handle}.
 * Thread-safe. Start it once; a closed server cannot be started again.
 */
public final class UndertowProxy implements AutoCloseable {

    private static final long IDLE_CHECK_MILLIS = 20;
    private static final int SEND_BUFFER_BYTES = 256 * 1024;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final String host;
    private final int port;
    private final Undertow server;
    private final Set<UndertowExchange> running = ConcurrentHashMap.newKeySet();
    private final List<UndertowUpstreamClient> clients = new ArrayList<>();

    /** Null where Undertow has one of its own. */
    private final @Nullable XnioWorker worker;

    private @Nullable InetSocketAddress address;

    private UndertowProxy(Builder builder) {
        host = builder.host;
        port = builder.port;
        worker = builder.upstreams ? worker() : null;
        server = server(builder, worker, running);
    }

    /**
     * A builder of a server for this handler.
     *
     * @param handler called for each request on a worker thread, or where {@link Builder#upstreams} says; what it throws
     *     becomes a 500 answer
     */
    public static Builder builder(Consumer<? super Exchange> handler) {
        return new Builder(handler);
    }

    /**
     * A client on the I/O threads of this server, so that what comes from an upstream goes to its client without a change
     * of threads. It ends with the server, if it is not closed before; the server need not have been started.
     *
     * @param settings how upstreams are reached
     * @throws IllegalStateException unless the server was built for it
     */
    public UpstreamClient upstreamClient(ProxySettings settings) {
        return upstreamClient(UpstreamWay.of(settings));
    }

    synchronized UpstreamClient upstreamClient(UpstreamWay way) {
        if (worker == null) {
            throw new IllegalStateException("not built for calls to upstreams");
        }
        UndertowUpstreamClient client = new UndertowUpstreamClient(worker, way);
        clients.removeIf(UndertowUpstreamClient::closed);
        clients.add(client);
        return client;
    }

    /**
     * Starts to listen.
     *
     * @return this
     * @throws UncheckedIOException when the address cannot be bound
     */
    public synchronized UndertowProxy start() {
        try {
            server.start();
        } catch (RuntimeException e) {
            throw e.getCause() instanceof IOException cause
                    ? new UncheckedIOException(
                            "Cannot listen on " + host + ":" + port + ": " + cause.getMessage(), cause)
                    : e;
        }
        address = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return this;
    }

    /**
     * The address listened on, with the real port.
     *
     * @throws IllegalStateException before the start and after the end
     */
    public synchronized InetSocketAddress address() {
        if (address == null) {
            throw new IllegalStateException("not running");
        }
        return address;
    }

    /**
     * The port listened on.
     *
     * @throws IllegalStateException before the start and after the end
     */
    public int port() {
        return address().getPort();
    }

    /**
     * Waits until every response is out.
     *
     * @param limit how long to wait
     * @return whether nothing is left
     * @throws InterruptedException when the thread is interrupted meanwhile
     */
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!running.isEmpty()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(IDLE_CHECK_MILLIS);
        }
        return true;
    }

    /** Stops accepting connections, then closes those that are open; their exchanges see the client gone. */
    @Override
    public synchronized void close() {
        if (address != null) {
            server.getListenerInfo().forEach(Undertow.ListenerInfo::suspend);
            // Undertow tells nobody about the connections that it cuts
            running.forEach(UndertowExchange::cut);
            address = null;
        }
        clients.forEach(UndertowUpstreamClient::close);
        server.stop();
        if (worker != null) {
            stop(worker);
        }
    }

    /** As Undertow does with one of its own. */
    private static void stop(XnioWorker worker) {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static int ioThreads() {
        return Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    private static int workerThreads() {
        return Math.max(8, 2 * ioThreads());
    }

    /** As Undertow makes one for itself. */
    private static XnioWorker worker() {
        OptionMap options = OptionMap.builder()
                .set(Options.WORKER_IO_THREADS, ioThreads())
                .set(Options.WORKER_TASK_CORE_THREADS, workerThreads())
                .set(Options.WORKER_TASK_MAX_THREADS, workerThreads())
                .set(Options.CONNECTION_HIGH_WATER, Integer.MAX_VALUE)
                .set(Options.CONNECTION_LOW_WATER, Integer.MAX_VALUE)
                .set(Options.TCP_NODELAY, true)
                .set(Options.CORK, true)
                .getMap();
        try {
            return Xnio.getInstance(Undertow.class.getClassLoader()).createWorker(options);
        } catch (IOException e) {
            throw new UncheckedIOException("no I/O threads", e);
        }
    }

    private static Undertow server(Builder builder, @Nullable XnioWorker worker, Set<UndertowExchange> running) {
        Limits limits = builder.limits;
        SSLContext tls = builder.tls;
        Undertow.Builder listening = Undertow.builder();
        if (tls == null) {
            listening.addHttpListener(builder.port, builder.host);
        } else {
            listening.addHttpsListener(builder.port, builder.host, tls);
        }
        return listening
                .setWorker(worker)
                .setIoThreads(ioThreads())
                .setWorkerThreads(workerThreads())
                // Beyond that no connection is accepted. An accept that fails is not tried again for up to 16 seconds
                .setSocketOption(Options.CONNECTION_HIGH_WATER, builder.maxConnections)
                .setSocketOption(Options.CONNECTION_LOW_WATER, builder.maxConnections)
                // What the system holds for a client that is slow; by itself it takes megabytes for each
                .setSocketOption(Options.SEND_BUFFER, SEND_BUFFER_BYTES)
                .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
                .setServerOption(UndertowOptions.DECODE_URL, false)
                .setServerOption(UndertowOptions.RECORD_REQUEST_START_TIME, false)
                // Would hold a streamed response back while another request is waiting behind it
                .setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, false)
                // The default is 2 MiB; the limit is given with each readBody
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, Limits.HEADER_BYTES)
                .setServerOption(UndertowOptions.MAX_HEADERS, Limits.HEADER_LINES)
                .setServerOption(
                        UndertowOptions.REQUEST_PARSE_TIMEOUT,
                        Math.toIntExact(limits.headers().toMillis()))
                .setServerOption(
                        UndertowOptions.NO_REQUEST_TIMEOUT,
                        Math.toIntExact(limits.idle().toMillis()))
                .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, Math.toIntExact(STOP_LIMIT.toMillis()))
                .setHandler(new RequestHandler(builder.handler, limits, running, builder.upstreams))
                .build();
    }

    /** Collects the settings of a server. Not thread-safe. */
    public static final class Builder {

        private final Consumer<? super Exchange> handler;
        private String host = "127.0.0.1";
        private int port = 8082;
        private int maxConnections = OpenFiles.mostConnections();
        private Limits limits = Limits.DEFAULT;
        private @Nullable SSLContext tls;
        private boolean upstreams;

        private Builder(Consumer<? super Exchange> handler) {
            this.handler = handler;
        }

        /** The name or address to bind; the default is 127.0.0.1. */
        public Builder host(String name) {
            this.host = name;
            return this;
        }

        /** The port to bind, 0 for a free one; the default is 8082. */
        public Builder port(int number) {
            this.port = number;
            return this;
        }

        /**
         * Most connections of clients at once; others wait to be accepted. By default what the process's limit of open
         * files leaves, with one connection to the upstream for each.
         */
        public Builder maxConnections(int number) {
            this.maxConnections = number;
            return this;
        }

        /** The certificate to show to clients, who must then speak TLS; null, the default, for plain HTTP. */
        public Builder tls(@Nullable SSLContext context) {
            this.tls = context;
            return this;
        }

        /**
         * Lets the server make a {@linkplain UndertowProxy#upstreamClient client} on its I/O threads; they then live from {@link #build} to
         * {@link UndertowProxy#close}. What comes from an upstream is handled on them, and so are POST requests, so
         * the handler must neither block nor take long. {@code ProxyEngine::handle} does not.
         */
        public Builder upstreams() {
            this.upstreams = true;
            return this;
        }

        Builder limits(Limits values) {
            this.limits = values;
            return this;
        }

        /** A server with these settings, not yet started. */
        public UndertowProxy build() {
            return new UndertowProxy(this);
        }
    }
}
