package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.CallListener;
import io.github.claudecodeproxy.http.CallReport;
import io.github.claudecodeproxy.http.ModelWindow;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.tokenizer.OpenAiTokenizers;
import io.github.claudecodeproxy.undertow.UndertowProxy;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The running server: listener, engine and upstream client, which live and die together. Thread-safe. */
final class ServerProcess implements AutoCloseable {

    /** For the errors of calls that are ended to reach their clients. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    /** A command that gives a key may itself take half a minute. */
    private static final Duration KEYS = Duration.ofSeconds(40);

    private static final int QUIET_SECONDS = 5;

    private final CallMetrics metrics = new CallMetrics();
    private final ServerSettings.UpstreamClientKind kind;
    private final UndertowProxy server;
    private final Duration grace;
    private final @Nullable CallRing ring;
    private final List<Serving> retired = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile Serving serving;
    private volatile boolean stopping;

    private ServerProcess(ServerSettings where, ProxySettings settings, @Nullable CallRing ring) {
        grace = where.grace();
        this.ring = ring;
        kind = where.upstreamClient();
        UndertowProxy.Builder listening = UndertowProxy.builder(
                        exchange -> serving.engine().handle(exchange))
                .host(where.host())
                .port(where.port())
                .tls(where.tls());
        server = kind == ServerSettings.UpstreamClientKind.UNDERTOW
                ? listening.upstreams().build()
                : listening.build();
        UpstreamClient client = client(settings);
        serving = new Serving(new ProxyEngine(told(settings), client), client);
        if (ring != null) {
            ring.keys(text -> serving.engine().withoutKeys(text));
        }
        metrics.watch(() -> serving.engine().status());
    }

    private UpstreamClient client(ProxySettings settings) {
        return kind == ServerSettings.UpstreamClientKind.UNDERTOW
                ? server.upstreamClient(settings)
                : settings.upstreamClient().build();
    }

    /** What serves, and ends together. */
    private record Serving(ProxyEngine engine, UpstreamClient client) {

        void close() {
            engine.close();
            client.close();
        }
    }

    private ProxySettings told(ProxySettings settings) {
        ProxySettings.Builder told =
                settings.toBuilder().calls(metrics).metrics(metrics::text).tokenCounter(OpenAiTokenizers.counter());
        if (ring != null) {
            told.recorder(ring).calls(new Both(metrics, ring));
        }
        return told.build();
    }

    /** One that tells two. */
    private record Both(CallListener first, CallListener second) implements CallListener {

        @Override
        public void begun(String requestId, String requestedModel, String upstreamModel, boolean streaming) {
            first.begun(requestId, requestedModel, upstreamModel, streaming);
            second.begun(requestId, requestedModel, upstreamModel, streaming);
        }

        @Override
        public void ended(CallReport call) {
            first.ended(call);
            second.ended(call);
        }
    }

    /**
     * Starts listening.
     *
     * @throws StartException if that is not possible; the message is for the person who starts it
     */
    static ServerProcess start(ServerSettings where, ProxySettings settings) {
        return start(where, settings, null);
    }

    /** The same with a ring that keeps calls, and ends with the server; null for none. */
    static ServerProcess start(ServerSettings where, ProxySettings settings, @Nullable CallRing ring) {
        ServerProcess process = new ServerProcess(where, settings, ring);
        try {
            fetchKeys(process.serving.engine());
            process.server.start();
            return process;
        } catch (StartException e) {
            process.close();
            throw e;
        } catch (RuntimeException e) {
            process.close();
            throw new StartException(reason(where, e), e);
        }
    }

    /** A key that cannot be had is told now rather than to the first client. */
    private static void fetchKeys(ProxyEngine engine) {
        try {
            engine.fetchKeys().get(KEYS.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new StartException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
        } catch (TimeoutException e) {
            throw new StartException("the provider's key was not given within " + KEYS.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("stopped while it waited for the provider's key", e);
        }
    }

    /** What servers of one's own say of their windows; nothing where that takes longer than the patience. */
    List<ModelWindow> contextWindows(boolean load, Duration patience) throws InterruptedException {
        try {
            return serving.engine().contextWindows(load).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return List.of();
        }
    }

    /** The port it listens on. */
    int port() {
        return server.port();
    }

    /**
     * Serves new calls as these settings say; those that run go on as before.
     *
     * @param secrets what is not to be kept anywhere, before and now
     *
     * @throws StartException if that is not possible; then all stays as it is
     */
    synchronized void change(ProxySettings settings, Secrets secrets) {
        UpstreamClient client = client(settings);
        Serving before = serving;
        Serving next = new Serving(before.engine().successor(told(settings), client), client);
        try {
            fetchKeys(next.engine());
        } catch (StartException e) {
            next.close();
            throw e;
        }
        serving = next;
        if (ring != null) {
            ring.secrets(secrets);
        }
        if (stopping) {
            next.engine().drain();
        }
        CompletableFuture<List<ModelWindow>> unused = next.engine().contextWindows(false);
        retired.add(before);
        Thread thread = new Thread(() -> retire(before), "retiring");
        thread.setDaemon(true);
        thread.start();
    }

    /** Closes what serves no new calls any more once its calls have ended, of which some may just have come. */
    private void retire(Serving old) {
        try {
            int quiet = 0;
            while (quiet < QUIET_SECONDS) {
                Thread.sleep(1000);
                quiet = old.engine().status().running() == 0 ? quiet + 1 : 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (retired.remove(old)) {
            old.close();
        }
    }

    /** Waits until {@link #close} was called and is done. */
    void await() throws InterruptedException {
        closed.await();
    }

    /**
     * Refuses new calls and lets those that run go on, then ends those that take longer than the grace, each with an
     * error that says so, and closes.
     */
    void stop() {
        stopping = true;
        serving.engine().drain();
        try {
            if (!server.awaitIdle(grace)) {
                serving.engine().endCalls();
                retired.forEach(old -> old.engine().endCalls());
                server.awaitIdle(LAST_WORDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            server.close();
            serving.close();
            retired.forEach(old -> {
                if (retired.remove(old)) {
                    old.close();
                }
            });
            if (ring != null) {
                ring.close();
            }
            closed.countDown();
        }
    }

    private static String reason(ServerSettings where, Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return String.valueOf(cause.getMessage()).contains("in use")
                        ? "PORT: " + where.port() + " is in use by another program: stop that, or set another PORT"
                        : "HOST, PORT: cannot listen on " + where.host() + " port " + where.port() + " ("
                                + cause.getMessage() + ")";
            }
        }
        return "cannot listen on " + where.host() + " port " + where.port() + " (" + thrown.getMessage() + ")";
    }

    /** The server could not start. */
    static final class StartException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        StartException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
