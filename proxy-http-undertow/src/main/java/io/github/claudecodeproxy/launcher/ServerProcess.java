package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.tokenizer.OpenAiTokenizers;
import io.github.claudecodeproxy.undertow.UndertowProxy;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The running server: listener, engine and upstream client, which live and die together. Thread-safe. */
final class ServerProcess implements AutoCloseable {

    /** For the errors of calls that are ended to reach their clients. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final UpstreamClient client;
    private final ProxyEngine engine;
    private final UndertowProxy server;
    private final Duration grace;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();

    private ServerProcess(ServerSettings where, ProxySettings settings) {
        grace = where.grace();
        client = settings.upstreamClient().build();
        CallMetrics metrics = new CallMetrics();
        engine = new ProxyEngine(
                settings.toBuilder()
                        .calls(metrics)
                        .metrics(metrics::text)
                        .tokenCounter(OpenAiTokenizers.counter())
                        .build(),
                client);
        metrics.watch(engine::status);
        server = UndertowProxy.builder(engine::handle)
                .host(where.host())
                .port(where.port())
                .tls(where.tls())
                .build();
    }

    /**
     * Starts listening.
     *
     * @throws StartException if that is not possible; the message is for the person who starts it
     */
    static ServerProcess start(ServerSettings where, ProxySettings settings) {
        ServerProcess process = new ServerProcess(where, settings);
        try {
            process.server.start();
            return process;
        } catch (RuntimeException e) {
            process.close();
            throw new StartException(reason(where, e), e);
        }
    }

    /** The port it listens on. */
    int port() {
        return server.port();
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
        engine.drain();
        try {
            if (!server.awaitIdle(grace)) {
                engine.endCalls();
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
            engine.close();
            client.close();
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
