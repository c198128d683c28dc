package io.github.claudecodeproxy.sdk;

import com.anthropic.core.Timeout;
import com.anthropic.core.http.Headers;
import com.anthropic.core.http.HttpRequest;
import com.anthropic.core.http.HttpRequestBody;
import com.anthropic.core.http.HttpResponse;
import io.github.claudecodeproxy.http.BodyBuffer;
import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.ResponseChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One request of the library as an {@link Exchange}. */
final class SdkExchange implements Exchange {

    private final HttpRequest request;
    private final URI target;
    private final Map<String, String> headers;
    private final Timeout timeout;
    private final BooleanSupplier closed;
    private final long begun = System.nanoTime();
    private final CompletableFuture<HttpResponse> response = new CompletableFuture<>();

    private @Nullable Runnable gone;
    private boolean left;
    private boolean over;

    private SdkExchange(
            HttpRequest request, URI target, Map<String, String> headers, Timeout timeout, BooleanSupplier closed) {
        this.request = request;
        this.target = target;
        this.headers = headers;
        this.timeout = timeout;
        this.closed = closed;
    }

    /**
     * An exchange.
     *
     * @param closed whether trying again makes no sense any more
     */
    static SdkExchange of(HttpRequest request, Timeout timeout, BooleanSupplier closed) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : request.headers().names()) {
            headers.put(name, request.headers().values(name).get(0));
        }
        request.body().ifPresent(body -> {
            if (body.contentType() != null) {
                headers.put("content-type", body.contentType());
            }
            if (body.contentLength() >= 0) {
                headers.put("content-length", String.valueOf(body.contentLength()));
            }
        });
        URI target = URI.create(request.url());
        headers.put("host", target.getRawAuthority());
        return new SdkExchange(request, target, headers, timeout, closed);
    }

    /** Done when status and headers are there; the body may still come. */
    CompletableFuture<HttpResponse> response() {
        return response;
    }

    /** Has the engine answer, now or later; it reads the body now or never. */
    void run(ProxyEngine engine) {
        engine.handle(this);
        request.body().ifPresent(HttpRequestBody::close);
    }

    /** The caller does not wait any more. */
    void leave() {
        Runnable told;
        synchronized (this) {
            if (left || over) {
                return;
            }
            left = true;
            told = gone;
        }
        if (told != null) {
            told.run();
        }
    }

    /** The answer is out. */
    synchronized void ended() {
        over = true;
        gone = null;
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return target.getRawPath();
    }

    @Override
    public @Nullable String query() {
        return target.getRawQuery();
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    @Override
    public InetAddress peer() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public void readBody(int limit, BodyReceiver receiver) {
        HttpRequestBody body = request.body().orElse(null);
        BodyBuffer kept = new BodyBuffer(limit, body == null ? 0 : body.contentLength(), receiver);
        if (!kept.fits()) {
            receiver.tooLarge();
            return;
        }
        try {
            if (body != null) {
                body.writeTo(new LimitedOutput(kept));
            }
        } catch (TooLargeException e) {
            receiver.tooLarge();
            return;
        } catch (RuntimeException e) {
            receiver.failed();
            return;
        }
        receiver.body(kept.take());
    }

    @Override
    public void onClientGone(Runnable callback) {
        synchronized (this) {
            if (!left) {
                gone = over ? null : callback;
                return;
            }
        }
        callback.run();
    }

    @Override
    public void respond(int status, Map<String, String> fields, byte[] body) {
        ended();
        response.complete(new Answer(status, fields(fields), new ByteArrayInputStream(body)));
    }

    @Override
    public ResponseChannel open(int status, Map<String, String> fields, Runnable writable) {
        long end =
                timeout.request().isZero() ? Long.MAX_VALUE : timeout.request().toNanos();
        ResponsePipe pipe = new ResponsePipe(this, writable, timeout.read(), begun, end);
        response.complete(new Answer(status, fields(fields), pipe.input()));
        return pipe;
    }

    private Headers fields(Map<String, String> fields) {
        Headers.Builder builder = Headers.builder();
        fields.forEach(builder::put);
        return closed.getAsBoolean()
                ? builder.replace("x-should-retry", "false").build()
                : builder.build();
    }

    /** A response of the library. */
    private record Answer(int statusCode, Headers headers, InputStream body) implements HttpResponse {

        @Override
        public void close() {
            try {
                body.close();
            } catch (IOException e) {
                throw new IllegalStateException("neither kind of body fails to close", e);
            }
        }
    }

    /** The library writes its body into this as it comes to be. */
    private static final class LimitedOutput extends OutputStream {

        private final BodyBuffer kept;

        LimitedOutput(BodyBuffer kept) {
            this.kept = kept;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (!kept.add(ByteBuffer.wrap(bytes, offset, length))) {
                throw new TooLargeException();
            }
        }
    }

    /** Passes through the library, which reads no body any further. */
    private static final class TooLargeException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooLargeException() {
            super("the body is too large", null, false, false);
        }
    }
}
