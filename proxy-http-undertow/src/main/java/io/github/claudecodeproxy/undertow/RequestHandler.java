package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.http.Exchange;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Takes requests from Undertow, refuses those it frames too generously, and hands on the rest. Thread-safe. */
final class RequestHandler implements HttpHandler {

    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private final Consumer<? super Exchange> handler;
    private final Limits limits;
    private final Set<UndertowExchange> running;
    private final boolean upstreamsNear;

    /**
     * A handler.
     *
     * @param running the exchanges that are not over
     * @param upstreamsNear whether upstreams are called on the I/O threads: then POST requests are handled there too,
     *     for most take less time than another thread takes to begin with them, and the engine hands large ones on
     */
    RequestHandler(
            Consumer<? super Exchange> handler, Limits limits, Set<UndertowExchange> running, boolean upstreamsNear) {
        this.handler = handler;
        this.limits = limits;
        this.running = running;
        this.upstreamsNear = upstreamsNear;
    }

    @Override
    public void handleRequest(HttpServerExchange request) {
        boolean near = upstreamsNear && isPost(request);
        UndertowExchange exchange = new UndertowExchange(request, limits, near);
        running.add(exchange);
        request.addExchangeCompleteListener((completed, next) -> {
            running.remove(exchange);
            next.proceed();
        });
        if (request.getRequestHeaders().contains(Headers.TRANSFER_ENCODING)) {
            // Undertow takes a chunk size that it cannot read as the last one, so what follows may not be a request
            request.setPersistent(false);
        }
        if (hasDoubtfulFraming(request)) {
            request.dispatch(() -> exchange.refuse(
                    400, "The request's Content-Length or Transfer-Encoding is malformed or not supported."));
        } else if (urlLength(request) > Limits.URL_CHARACTERS) {
            request.dispatch(() -> exchange.refuse(414, "The request's URL is too long."));
        } else if (near) {
            request.dispatch(SameThreadExecutor.INSTANCE, () -> handle(exchange));
        } else {
            request.dispatch(() -> handle(exchange));
        }
    }

    private static boolean isPost(HttpServerExchange request) {
        return request.getRequestMethod().equals(Methods.POST);
    }

    private void handle(UndertowExchange exchange) {
        exchange.guard(() -> {
            exchange.watchWhenBodyless();
            handler.accept(exchange);
        });
    }

    private static boolean hasDoubtfulFraming(HttpServerExchange request) {
        HeaderMap headers = request.getRequestHeaders();
        HeaderValues encodings = headers.get(Headers.TRANSFER_ENCODING);
        HeaderValues lengths = headers.get(Headers.CONTENT_LENGTH);
        if (encodings == null) {
            return lengths != null && !isLength(lengths);
        }
        return lengths != null || !request.isHttp11() || !isChunked(encodings);
    }

    /** Undertow reads any Transfer-Encoding but identity as chunked; another server on the way may not. */
    private static boolean isChunked(HeaderValues encodings) {
        return encodings.size() == 1 && encodings.getFirst().equalsIgnoreCase("chunked");
    }

    /** Undertow lets a number that is too large for it overflow. */
    private static boolean isLength(HeaderValues lengths) {
        return lengths.size() == 1 && LENGTH.matcher(lengths.getFirst()).matches();
    }

    private static int urlLength(HttpServerExchange request) {
        return request.getRequestURI().length() + request.getQueryString().length();
    }
}
