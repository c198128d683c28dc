package io.github.claudecodeproxy.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.claudecodeproxy.http.BodyBuffer;
import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.http.ProxyEngine;
import io.github.claudecodeproxy.http.ResponseChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The engine behind a server of your own: here the JDK's, whose input and output block. Each request keeps a thread of the
 * server until its answer is out; the threads of the engine only put pieces into a queue and never wait for a client.
 */
public final class HttpServerProxy implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Listens on a port of this machine, 0 for a free one; the engine stays the caller's to close. */
    public HttpServerProxy(ProxyEngine engine, int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                new OneRequest(exchange).answer(engine);
            }
        });
        server.start();
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** The whole adapter: what the engine wants to know of a request, and where its answer goes. */
    private static final class OneRequest implements Exchange, ResponseChannel {

        private final HttpExchange request;
        private final CompletableFuture<Head> head = new CompletableFuture<>();
        private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
        private Runnable writable = () -> {};
        private @Nullable Runnable gone;
        private boolean left;

        OneRequest(HttpExchange request) {
            this.request = request;
        }

        private enum Kind {
            BYTES,
            END,
            BROKEN
        }

        private record Piece(Kind kind, ByteBuffer bytes) {

            Piece(Kind kind) {
                this(kind, ByteBuffer.allocate(0));
            }
        }

        private record Head(int status, Map<String, String> headers, long length) {}

        /** Runs on the thread of the server: waits for what the engine says, and writes it. */
        void answer(ProxyEngine engine) throws IOException {
            engine.handle(this);
            try {
                write(head.join());
            } catch (IOException e) {
                leave();
                throw e;
            } catch (InterruptedException e) {
                leave();
                Thread.currentThread().interrupt();
            }
        }

        private void write(Head head) throws IOException, InterruptedException {
            head.headers().forEach((name, value) -> request.getResponseHeaders().set(name, value));
            boolean empty = head.length() == 0 || method().equals("HEAD");
            request.sendResponseHeaders(head.status(), empty ? -1 : Math.max(0, head.length()));
            for (Piece next = pieces.take(); next.kind() != Kind.END; next = pieces.take()) {
                if (next.kind() == Kind.BROKEN) {
                    throw new IOException("the answer was broken off");
                }
                if (!empty) {
                    OutputStream out = request.getResponseBody();
                    Channels.newChannel(out).write(next.bytes());
                    out.flush();
                }
                // Only now: so the provider is asked for no more than the client takes
                writable.run();
            }
        }

        private void leave() {
            Runnable told;
            synchronized (this) {
                left = true;
                told = gone;
            }
            if (told != null) {
                told.run();
            }
        }

        @Override
        public String method() {
            return request.getRequestMethod();
        }

        @Override
        public String path() {
            return request.getRequestURI().getRawPath();
        }

        @Override
        public @Nullable String query() {
            return request.getRequestURI().getRawQuery();
        }

        @Override
        public @Nullable String header(String name) {
            return request.getRequestHeaders().getFirst(name);
        }

        @Override
        public InetAddress peer() {
            return request.getRemoteAddress().getAddress();
        }

        @Override
        public void readBody(int limit, BodyReceiver receiver) {
            String announced = header("content-length");
            BodyBuffer body = new BodyBuffer(limit, announced == null ? -1 : Long.parseLong(announced), receiver);
            byte[] piece = new byte[16 * 1024];
            try (InputStream in = request.getRequestBody()) {
                for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                    if (!body.add(ByteBuffer.wrap(piece, 0, count))) {
                        receiver.tooLarge();
                        return;
                    }
                }
            } catch (IOException e) {
                receiver.failed();
                return;
            }
            receiver.body(body.take());
        }

        @Override
        public void onClientGone(Runnable callback) {
            synchronized (this) {
                gone = callback;
                if (!left) {
                    return;
                }
            }
            callback.run();
        }

        @Override
        public void respond(int status, Map<String, String> headers, byte[] body) {
            pieces.add(new Piece(Kind.BYTES, ByteBuffer.wrap(body)));
            pieces.add(new Piece(Kind.END));
            head.complete(new Head(status, headers, body.length));
        }

        @Override
        public ResponseChannel open(int status, Map<String, String> headers, Runnable onWritable) {
            writable = onWritable;
            head.complete(new Head(status, headers, -1));
            return this;
        }

        /** Never says that all is out: the engine goes on when the server's thread has written it. */
        @Override
        public boolean write(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            pieces.add(new Piece(Kind.BYTES, ByteBuffer.wrap(copy)));
            return false;
        }

        @Override
        public void end() {
            pieces.add(new Piece(Kind.END));
        }

        @Override
        public void abort() {
            pieces.add(new Piece(Kind.BROKEN));
        }
    }
}
