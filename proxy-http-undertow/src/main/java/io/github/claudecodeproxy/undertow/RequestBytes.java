package io.github.claudecodeproxy.undertow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.claudecodeproxy.upstream.UpstreamRequest;
import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.conduits.ConduitStreamSinkChannel;

/** A request in HTTP/1.1, sent as far as the connection takes it. For one thread at a time. */
final class RequestBytes {

    private static final byte[] NOTHING = {};

    private final byte[] head;
    private byte[] body;
    private final int bodyLength;
    private int sent;
    private boolean written;

    private RequestBytes(byte[] head, byte[] body, int bodyLength) {
        this.head = head;
        this.body = body;
        this.bodyLength = bodyLength;
    }

    /** No request, of which nothing is left to send. */
    static RequestBytes none() {
        return new RequestBytes(NOTHING, NOTHING, 0);
    }

    /**
     * A request to the server, or to a proxy that is to pass it on.
     *
     * @param throughProxy whether a proxy reads it
     * @param proxyCredentials what this proxy is told of us; null for nothing
     */
    static RequestBytes of(
            UpstreamRequest request, Target target, boolean throughProxy, @Nullable String proxyCredentials) {
        URI uri = target.uri();
        StringBuilder text = new StringBuilder(512);
        text.append(request.method()).append(' ');
        if (throughProxy) {
            text.append(target.origin());
        }
        String path = uri.getRawPath();
        text.append(path == null || path.isEmpty() ? "/" : path);
        if (uri.getRawQuery() != null) {
            text.append('?').append(uri.getRawQuery());
        }
        text.append(" HTTP/1.1\r\n");
        header(text, "Host", uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort());
        byte[] content = request.body();
        if (content != null) {
            header(text, "Content-Length", String.valueOf(request.bodyLength()));
        }
        if (throughProxy && proxyCredentials != null) {
            header(text, "Proxy-Authorization", proxyCredentials);
        }
        request.headers().forEach((name, value) -> header(text, name, value));
        byte[] head = text.append("\r\n").toString().getBytes(ISO_8859_1);
        return new RequestBytes(head, content == null ? NOTHING : content, content == null ? 0 : request.bodyLength());
    }

    /** What asks a proxy for a connection to the server. */
    static RequestBytes tunnel(Target target, @Nullable String proxyCredentials) {
        String place = target.uri().getHost() + ":" + target.port();
        StringBuilder text = new StringBuilder("CONNECT ").append(place).append(" HTTP/1.1\r\n");
        header(text, "Host", place);
        if (proxyCredentials != null) {
            header(text, "Proxy-Authorization", proxyCredentials);
        }
        return new RequestBytes(text.append("\r\n").toString().getBytes(ISO_8859_1), NOTHING, 0);
    }

    private static void header(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append("\r\n");
    }

    /** Whether all of it has gone to the system. */
    boolean written() {
        return written;
    }

    /**
     * Sends what is left.
     *
     * @return whether nothing is left; otherwise to be called again when the connection takes more
     */
    boolean write(ConduitStreamSinkChannel sink, ByteBufferPool buffers) throws IOException {
        try (PooledByteBuffer pooledBuffer = buffers.allocate()) {
            while (sent < head.length + bodyLength) {
                ByteBuffer buffer = pooledBuffer.getBuffer().clear();
                fill(buffer);
                sent += sink.write(buffer.flip());
                if (buffer.hasRemaining()) {
                    return false;
                }
            }
            written = sink.flush();
            return written;
        }
    }

    private void fill(ByteBuffer buffer) {
        int from = sent;
        if (from < head.length) {
            int count = Math.min(head.length - from, buffer.remaining());
            buffer.put(head, from, count);
            from += count;
        }
        if (from >= head.length) {
            int start = from - head.length;
            buffer.put(body, start, Math.min(bodyLength - start, buffer.remaining()));
        }
    }

    /** Lets the body go, of which nothing is sent any more. */
    void forget() {
        body = NOTHING;
    }
}
