package io.github.claudecodeproxy.sdk;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.AnthropicClientImpl;
import com.anthropic.core.ClientOptions;
import com.anthropic.core.RequestOptions;
import com.anthropic.core.Timeout;
import com.anthropic.core.http.HttpClient;
import com.anthropic.core.http.HttpRequest;
import com.anthropic.core.http.HttpResponse;
import com.anthropic.errors.AnthropicIoException;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The HTTP client of Anthropic's Java library that makes no HTTP: it hands each request to a {@link ProxyEngine} in this
 * process, which calls the provider. One line turns an application that uses the library to any provider:
 *
 * <pre>{@code
 * AnthropicClient client = EngineHttpClient.of(settings).client();
 * }</pre>
 *
 * <p>Calls may be synchronous, asynchronous or streamed, errors are the library's exceptions. Who reads a stream slowly
 * holds the provider back; who closes a stream ends the call at the provider, and so do the library's time limits, the one
 * for the whole call included. A future of the library's services does not pass a cancel on to its HTTP client. Thread-safe.
 */
public final class EngineHttpClient implements HttpClient {

    /** Never connected to: the engine wants to know which host it is asked for, and answers to this one. */
    private static final String ADDRESS = "http://localhost";

    private final ProxyEngine engine;
    private final Runnable closing;
    private volatile boolean closed;

    private EngineHttpClient(ProxyEngine engine, Runnable closing) {
        this.engine = engine;
        this.closing = closing;
    }

    /** A client in front of an engine, which stays the caller's to close. */
    public static EngineHttpClient of(ProxyEngine engine) {
        return new EngineHttpClient(engine, () -> {});
    }

    /**
     * A client with an engine of its own, which is closed with it. A client key in the settings has no effect: nobody but
     * this process can ask.
     */
    public static EngineHttpClient of(ProxySettings settings) {
        ProxySettings inside = settings.toBuilder().clientKey(null).build();
        UpstreamClient upstream = inside.upstreamClient().build();
        ProxyEngine engine = new ProxyEngine(inside, upstream);
        return new EngineHttpClient(engine, () -> {
            // So that nobody waits for what will never come
            engine.endCalls();
            engine.close();
            upstream.close();
        });
    }

    /** The library's client on top of this one, which it closes when it is closed. */
    public AnthropicClient client() {
        return new AnthropicClientImpl(options().build());
    }

    /** Options of the library for such a client, to change more of them. */
    public ClientOptions.Builder options() {
        return ClientOptions.builder().httpClient(this).baseUrl(ADDRESS);
    }

    @Override
    public HttpResponse execute(HttpRequest request, RequestOptions options) {
        Timeout timeout = timeout(options);
        SdkExchange exchange = SdkExchange.of(request, timeout, () -> closed);
        exchange.run(engine);
        Duration most = timeout.request();
        try {
            return most.isZero()
                    ? exchange.response().get()
                    : exchange.response().get(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            exchange.leave();
            throw timedOut();
        } catch (InterruptedException e) {
            exchange.leave();
            Thread.currentThread().interrupt();
            throw new AnthropicIoException("Request failed", e);
        } catch (ExecutionException e) {
            throw failed(Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    @Override
    public CompletableFuture<HttpResponse> executeAsync(HttpRequest request, RequestOptions options) {
        Timeout timeout = timeout(options);
        SdkExchange exchange = SdkExchange.of(request, timeout, () -> closed);
        CompletableFuture<HttpResponse> told = new CompletableFuture<>();
        if (!timeout.request().isZero()) {
            CompletableFuture<HttpResponse> unused =
                    told.orTimeout(timeout.request().toNanos(), TimeUnit.NANOSECONDS);
        }
        // Not on a thread of the engine, which whoever is told might block
        CompletableFuture<?> unused = exchange.response().whenCompleteAsync((response, thrown) -> {
            if (thrown != null) {
                told.completeExceptionally(failed(thrown));
            } else if (!told.complete(response)) {
                response.close();
            }
        });
        CompletableFuture<HttpResponse> result = told.handle((response, thrown) -> {
            if (response != null) {
                return response;
            }
            exchange.leave();
            throw thrown instanceof TimeoutException ? timedOut() : failed(thrown);
        });
        CompletableFuture<?> unusedWatch = result.whenComplete((response, thrown) -> {
            if (result.isCancelled()) {
                exchange.leave();
            }
        });
        exchange.run(engine);
        return result;
    }

    private static Timeout timeout(RequestOptions options) {
        return options.timeout().orElseGet(() -> Timeout.builder().build());
    }

    private static AnthropicIoException timedOut() {
        return new AnthropicIoException("Request failed", new InterruptedIOException("timeout"));
    }

    private static AnthropicIoException failed(Throwable cause) {
        return cause instanceof AnthropicIoException already
                ? already
                : new AnthropicIoException("Request failed", cause);
    }

    /** Ends the engine if it is this client's own; calls that still run fail at once. */
    @Override
    public void close() {
        closed = true;
        closing.run();
    }
}
