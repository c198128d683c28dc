package io.github.claudecodeproxy.benchmarks.process;

import io.github.claudecodeproxy.http.Exchange;
import io.github.claudecodeproxy.http.ProxySettings;
import io.github.claudecodeproxy.http.ResponseChannel;
import io.github.claudecodeproxy.undertow.UndertowProxy;
import io.github.claudecodeproxy.upstream.JdkUpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamCall;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import io.github.claudecodeproxy.upstream.UpstreamException;
import io.github.claudecodeproxy.upstream.UpstreamListener;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The product's own server and its own HTTP client with nothing in between: requests and answers are copied. What the
 * product costs more is the translation and all that the engine does for a call. Arguments: its port, the
 * upstream's, and {@code jdk} or {@code undertow} for the client.
 */
public final class CopyProxy {

    private static final int LIMIT = 64 << 20;

    private CopyProxy() {}

    /** Runs until it is killed. */
    public static void main(String[] args) {
        // As the product's launcher.
        System.setProperty("jdk.httpclient.keepalive.timeout", "4");
        System.setProperty("jdk.httpclient.receiveBufferSize", "262144");
        URI upstream = URI.create("http://127.0.0.1:" + args[1] + "/v1/chat/completions");
        CompletableFuture<UpstreamClient> client = new CompletableFuture<>();
        UndertowProxy.Builder builder = UndertowProxy.builder(
                        exchange -> new Copy(exchange, client.join(), upstream).start())
                .port(Integer.parseInt(args[0]));
        boolean own = args[2].equals("undertow");
        UndertowProxy server = own ? builder.upstreams().build() : builder.build();
        client.complete(
                own
                        ? server.upstreamClient(ProxySettings.read(Map.of("OPENAI_API_KEY", "unused")))
                        : JdkUpstreamClient.builder().build());
        server.start();
    }

    /** One call. Its callbacks come one at a time, but for the client's. */
    private static final class Copy implements Exchange.BodyReceiver, UpstreamListener {

        private final Exchange exchange;
        private final UpstreamClient client;
        private final URI upstream;
        private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
        private @Nullable UpstreamCall call;
        private @Nullable ResponseChannel channel;

        Copy(Exchange exchange, UpstreamClient client, URI upstream) {
            this.exchange = exchange;
            this.client = client;
            this.upstream = upstream;
        }

        void start() {
            if (exchange.method().equals("GET")) {
                exchange.respond(200, Map.of(), new byte[0]);
                return;
            }
            exchange.readBody(LIMIT, this);
        }

        @Override
        public void body(byte[] bytes) {
            UpstreamRequest request = UpstreamRequest.post(upstream, Map.of("Content-Type", "application/json"), bytes);
            // The answer may begin before the call is known here; then it waits.
            synchronized (this) {
                call = client.send(request, this);
            }
            exchange.onClientGone(this::cancel);
        }

        private synchronized @Nullable UpstreamCall call() {
            return call;
        }

        private void cancel() {
            UpstreamCall running = call();
            if (running != null) {
                running.cancel();
            }
        }

        private void more() {
            UpstreamCall running = call();
            if (running != null) {
                running.more();
            }
        }

        @Override
        public void headers(UpstreamResponseHead head) {
            String type = head.headers().getOrDefault("content-type", "");
            if (type.startsWith("text/event-stream")) {
                channel = exchange.open(200, Map.of("Content-Type", type, "Cache-Control", "no-cache"), this::more);
            }
            more();
        }

        @Override
        public void bytes(List<ByteBuffer> buffers) {
            ResponseChannel out = channel;
            byte[] bytes = joined(buffers);
            if (out == null) {
                whole.writeBytes(bytes);
                more();
            } else if (out.write(ByteBuffer.wrap(bytes))) {
                more();
            }
        }

        /** The channel may keep what it gets, so a copy is made, as the product makes its own bytes. */
        private static byte[] joined(List<ByteBuffer> buffers) {
            int size = 0;
            for (ByteBuffer buffer : buffers) {
                size += buffer.remaining();
            }
            byte[] all = new byte[size];
            int at = 0;
            for (ByteBuffer buffer : buffers) {
                int count = buffer.remaining();
                buffer.get(all, at, count);
                at += count;
            }
            return all;
        }

        @Override
        public void end() {
            ResponseChannel out = channel;
            if (out == null) {
                exchange.respond(200, Map.of("Content-Type", "application/json"), whole.toByteArray());
            } else {
                out.end();
            }
        }

        @Override
        public void failure(UpstreamException failure) {
            ResponseChannel out = channel;
            if (out == null) {
                exchange.respond(502, Map.of(), new byte[0]);
            } else {
                out.abort();
            }
        }

        @Override
        public void tooLarge() {
            exchange.respond(413, Map.of(), new byte[0]);
        }

        @Override
        public void failed() {
            exchange.respond(400, Map.of(), new byte[0]);
        }
    }
}
