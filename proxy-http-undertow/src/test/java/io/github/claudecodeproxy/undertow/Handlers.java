package io.github.claudecodeproxy.undertow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.http.Exchange.BodyReceiver;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What the hand-written handlers of the tests have in common. */
final class Handlers {

    static final int LIMIT = 32 * 1024 * 1024;

    private Handlers() {}

    static UndertowProxy serve(Consumer<Exchange> handler) {
        return serve(Limits.DEFAULT, handler);
    }

    static UndertowProxy serve(Limits limits, Consumer<Exchange> handler) {
        return UndertowProxy.builder(handler).port(0).limits(limits).build().start();
    }

    /** Before the end of the block that opened it. */
    static void stop(AutoCloseable opened) throws Exception {
        opened.close();
    }

    static void answer(Exchange exchange, int status, String text) {
        exchange.respond(status, Map.of("content-type", "text/plain"), text.getBytes(ISO_8859_1));
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    static void await(CountDownLatch latch, String what) throws InterruptedException {
        if (!latch.await(5, TimeUnit.SECONDS)) {
            throw new AssertionError(what + " did not happen");
        }
    }

    /** Reads the body up to the limit and answers with it, or with the name of what went wrong. */
    static void withBody(Exchange exchange, int limit, Consumer<byte[]> use) {
        exchange.readBody(limit, new BodyReceiver() {
            @Override
            public void body(byte[] bytes) {
                use.accept(bytes);
            }

            @Override
            public void tooLarge() {
                answer(exchange, 413, "tooLarge");
            }

            @Override
            public void failed() {
                answer(exchange, 408, "failed");
            }
        });
    }
}
