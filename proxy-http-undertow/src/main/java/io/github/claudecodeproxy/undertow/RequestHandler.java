package io.github.claudecodeproxy.undertow;

import io.github.claudecodeproxy.http.Exchange;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.util.Set;
import java.util.function.Consumer;

/** Takes requests from Undertow, refuses those it frames too generously, and hands on the rest. Thread-safe. */
final class RequestHandler implements HttpHandler {

    private final Consumer<? super Exchange> handler;
    private final Limits limits;
    private final Set<UndertowExchange> running;

    RequestHandler(Consumer<? super Exchange> handler, Limits limits, Set<UndertowExchange> running) {
        this.handler = handler;
        this.limits = limits;
        this.running = running;
    }

    @Override
    public void handleRequest(HttpServerExchange request) {
        UndertowExchange exchange = new UndertowExchange(request, limits);
        running.add(exchange);
        request.addExchangeCompleteListener((completed, next) -> {
            running.remove(exchange);
            next.proceed();
        });
        if (hasDoubtfulFraming(request.getRequestHeaders())) {
            request.dispatch(() -> exchange.refuse(400, "The request's Transfer-Encoding is not supported."));
        } else if (urlLength(request) > Limits.URL_CHARACTERS) {
            request.dispatch(() -> exchange.refuse(414, "The request's URL is too long."));
        } else {
            request.dispatch(() -> handle(exchange));
        }
    }

    private void handle(UndertowExchange exchange) {
        exchange.guard(() -> {
            exchange.watchWhenBodyless();
            handler.accept(exchange);
        });
    }

    /** Undertow reads any Transfer-Encoding but identity as chunked; another server on the way may not. */
    private static boolean hasDoubtfulFraming(HeaderMap headers) {
        HeaderValues encodings = headers.get(Headers.TRANSFER_ENCODING);
        return encodings != null
                && (encodings.size() != 1
                        || !encodings.getFirst().equalsIgnoreCase("chunked")
                        || headers.contains(Headers.CONTENT_LENGTH));
    }

    private static int urlLength(HttpServerExchange request) {
        return request.getRequestURI().length() + request.getQueryString().length();
    }
}
