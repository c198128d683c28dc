package io.github.claudecodeproxy.undertow;

import static io.github.claudecodeproxy.undertow.Handlers.LIMIT;
import static io.github.claudecodeproxy.undertow.Handlers.answer;
import static io.github.claudecodeproxy.undertow.Handlers.withBody;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xnio.XnioIoThread;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

@Timeout(60)
class BodyReaderTest {

    private static final int BODY = 4 * 1024 * 1024;

    /** A client that always has more to read, and whether somebody else has a turn before the end of its body. */
    private static final class Busy extends AbstractStreamSourceConduit<StreamSourceConduit> {

        private final XnioIoThread thread;
        private final CompletableFuture<Integer> turn;
        private int read;

        Busy(StreamSourceConduit next, XnioIoThread thread, CompletableFuture<Integer> turn) {
            super(next);
            this.thread = thread;
            this.turn = turn;
        }

        @Override
        public int read(ByteBuffer buffer) throws IOException {
            if (read == 0) {
                thread.execute(() -> turn.complete(read));
            }
            int count;
            do {
                count = next.read(buffer);
            } while (count == 0);
            read += Math.max(count, 0);
            return count;
        }
    }

    @Test
    void othersHaveTheirTurnBesideABodyThatComesFast() throws Exception {
        CompletableFuture<Integer> turn = new CompletableFuture<>();
        Set<UndertowExchange> running = ConcurrentHashMap.newKeySet();
        RequestHandler handler = new RequestHandler(
                exchange -> withBody(exchange, LIMIT, bytes -> answer(exchange, 200, String.valueOf(bytes.length))),
                Limits.DEFAULT,
                running,
                true);
        Undertow server = Undertow.builder()
                .setIoThreads(1)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .addHttpListener(0, "127.0.0.1")
                .setHandler(request -> {
                    request.addRequestWrapper(
                            (factory, exchange) -> new Busy(factory.create(), exchange.getIoThread(), turn));
                    handler.handleRequest(request);
                })
                .build();
        server.start();
        try (Socket client = new Socket()) {
            client.connect(server.getListenerInfo().get(0).getAddress());
            OutputStream out = client.getOutputStream();
            out.write(("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY + "\r\n\r\n").getBytes(ISO_8859_1));
            out.write(new byte[BODY]);

            assertThat(turn.get(10, TimeUnit.SECONDS)).isLessThan(BODY);
            byte[] start = client.getInputStream().readNBytes(12);
            assertThat(new String(start, ISO_8859_1)).isEqualTo("HTTP/1.1 200");
        } finally {
            server.stop();
        }
    }
}
