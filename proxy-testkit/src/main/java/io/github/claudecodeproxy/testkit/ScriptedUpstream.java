package io.github.claudecodeproxy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * An upstream host made of sockets, which answers each request with the next scripted {@link Reply} and records what it
 * was asked. It can say anything, also what no HTTP library would: half answers, silence, resets, bytes one by one.
 *
 * <p>Replies go to requests in the order in which the requests have arrived. A request without a scripted reply is
 * answered by {@link #alwaysReply}, else with a 500 that says so. Safe for use by several threads; no method takes or
 * returns null. Close it: that resets every connection.
 */
public final class ScriptedUpstream implements AutoCloseable {

    /** Ollama's own paths, which a proxy may ask at any time; they are for {@link #alwaysReply} only. */
    private static final String OLLAMA = "/api/";

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = 10_000_000;

    private final ServerSocket server;
    private final String scheme;
    private final Thread acceptor = new Thread(this::accept, "upstream-accepts");
    private final Journal journal = new Journal();
    private final Queue<Reply> replies = new ArrayDeque<>();
    private final List<UpstreamConnection> connections = new ArrayList<>();
    private Function<Request, Reply> otherwise = ScriptedUpstream::unscripted;
    private boolean answersAll;
    private boolean closed;

    private ScriptedUpstream(ServerSocket server, String scheme) {
        this.server = server;
        this.scheme = scheme;
    }

    /**
     * Starts listening on a free loopback port.
     *
     * @throws UncheckedIOException when there is none
     */
    public static ScriptedUpstream start() {
        return start(ServerSocketFactory.getDefault(), "http");
    }

    /**
     * Starts listening for TLS on a free loopback port, with the key of this context.
     *
     * @throws UncheckedIOException when there is none
     */
    public static ScriptedUpstream start(SSLContext context) {
        return start(context.getServerSocketFactory(), "https");
    }

    /**
     * The same, and refuses who shows no certificate that this context trusts.
     *
     * @throws UncheckedIOException when there is no port
     */
    public static ScriptedUpstream startForKnownClients(SSLContext context) {
        ScriptedUpstream upstream = start(context);
        ((SSLServerSocket) upstream.server).setNeedClientAuth(true);
        return upstream;
    }

    private static ScriptedUpstream start(ServerSocketFactory sockets, String scheme) {
        try {
            ServerSocket server = sockets.createServerSocket(0, 0, InetAddress.getLoopbackAddress());
            ScriptedUpstream upstream = new ScriptedUpstream(server, scheme);
            upstream.acceptor.setDaemon(true);
            upstream.acceptor.start();
            return upstream;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What to configure as the provider's base URL; ends in {@code /v1}. */
    public URI baseUrl() {
        return URI.create(scheme + "://" + server.getInetAddress().getHostAddress() + ":" + port() + "/v1");
    }

    /** The port. */
    public int port() {
        return server.getLocalPort();
    }

    /** Scripts the answer to the next request that has none yet. */
    public synchronized ScriptedUpstream reply(Reply reply) {
        replies.add(reply);
        return this;
    }

    /** Scripts the answer to all requests that {@link #reply} leaves over. */
    public synchronized ScriptedUpstream alwaysReply(Function<Request, Reply> replyTo) {
        otherwise = replyTo;
        answersAll = true;
        return this;
    }

    /** All requests so far that arrived whole. */
    public List<Request> requests() {
        return journal.requests();
    }

    /** Waits up to 30 s for the request of this index, counted from 0. */
    public Request awaitRequest(int index) {
        return awaitRequest(index, LIMIT);
    }

    /**
     * Waits for the request of this index, counted from 0.
     *
     * @throws AssertionError when it has not come in time
     */
    public Request awaitRequest(int index, Duration limit) {
        return journal.await(index, limit);
    }

    /**
     * Waits for a request that has come or will come, and gives the first that fits.
     *
     * @throws AssertionError when none has come in time
     */
    public Request awaitRequest(Predicate<Request> wanted, Duration limit) {
        return journal.await(wanted, limit);
    }

    /** How many connections there were and are. */
    public Connections connections() {
        return journal.connections();
    }

    /**
     * Waits until this many connections are open.
     *
     * @throws AssertionError when that does not come about in time
     */
    public void awaitOpenConnections(int count, Duration limit) {
        journal.awaitOpen(count, limit);
    }

    /** What no proxy should cause: requests that are not HTTP/1.1, and functions of {@link #alwaysReply} that threw. */
    public List<String> failures() {
        return journal.failures();
    }

    /** What came here so far, in words, for the message of a test that fails. */
    public String state() {
        return requests().size() + " requests, " + connections() + ", failures " + failures();
    }

    /** Stops listening and resets all connections. */
    @Override
    public void close() {
        List<UpstreamConnection> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(connections);
        }
        try {
            server.close();
            // until a blocked accept has returned, the port still takes connections
            acceptor.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.forEach(UpstreamConnection::cut);
        }
    }

    /** A connection that cannot be taken, for its peer is gone or there are no more files or threads, is not the last. */
    private void accept() {
        while (!isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                connect(new UpstreamConnection(socket, journal, this::replyTo));
            } catch (IOException | RuntimeException | Error e) {
                if (!isClosed()) {
                    journal.failed("accepting: " + e);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void connect(UpstreamConnection connection) {
        if (closed) {
            connection.cut();
            return;
        }
        connections.add(connection);
        connection.start();
    }

    private synchronized Supplier<Reply> replyTo(Request request) {
        if (request.path().startsWith(OLLAMA) && !answersAll) {
            // Beside the calls that are scripted.
            return () -> Reply.json(404, "{}");
        }
        journal.request(request);
        @Nullable Reply scripted = replies.poll();
        Function<Request, Reply> function = otherwise;
        return scripted != null ? () -> scripted : () -> computed(function, request);
    }

    // AssertionError too: such a function may assert, and its thread is nobody's to fail
    private Reply computed(Function<Request, Reply> function, Request request) {
        try {
            return function.apply(request);
        } catch (RuntimeException | AssertionError e) {
            journal.failed("reply to " + request + ": " + e);
            return Reply.json(500, "{\"error\":{\"message\":\"the scripted reply failed\",\"type\":\"server_error\"}}");
        }
    }

    private static Reply unscripted(Request request) {
        return Reply.json(500, "{\"error\":{\"message\":\"no reply was scripted\",\"type\":\"server_error\"}}");
    }
}
