package io.github.claudecodeproxy.undertow;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/** One connection to an upstream, with a call on it or idle. Used by its I/O thread only, unless a method says more. */
final class UpstreamConnection {

    private final StreamConnection stream;
    private final String origin;
    private final ConduitStreamSourceChannel source;
    private final ConduitStreamSinkChannel sink;
    private @Nullable UndertowCall call;
    private volatile long idleSince;

    /**
     * A connection.
     *
     * @param origin whom it reaches, for others who want to reach the same
     * @param user the call that it was made for
     */
    UpstreamConnection(StreamConnection stream, String origin, UndertowCall user) {
        this.stream = stream;
        this.origin = origin;
        call = user;
        source = stream.getSourceChannel();
        sink = stream.getSinkChannel();
        source.setReadListener((ChannelListener<ConduitStreamSourceChannel>) channel -> readable());
        sink.setWriteListener((ChannelListener<ConduitStreamSinkChannel>) channel -> writable());
    }

    /** The thread that it belongs to. Thread-safe. */
    XnioIoThread thread() {
        return stream.getIoThread();
    }

    StreamConnection stream() {
        return stream;
    }

    /** Whom it reaches. Thread-safe. */
    String origin() {
        return origin;
    }

    ConduitStreamSourceChannel source() {
        return source;
    }

    ConduitStreamSinkChannel sink() {
        return sink;
    }

    void use(UndertowCall by) {
        call = by;
    }

    /** Nobody uses it any more; it waits for somebody else, or for its end. */
    void idle() {
        call = null;
        idleSince = System.nanoTime();
        source.resumeReads();
    }

    /** Whether nothing has come since the last answer, which would be taken for the next one. */
    boolean quiet() {
        try {
            return stream.isOpen() && source.read(ByteBuffer.allocate(1)) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** When it was used last. Thread-safe. */
    long idleSince() {
        return idleSince;
    }

    /** Whether nobody has closed it, as far as is known. Thread-safe. */
    boolean isOpen() {
        return stream.isOpen();
    }

    /** Closes it on its thread, if nobody uses it then. Thread-safe. */
    void closeLater() {
        UndertowUpstreamClient.run(thread(), () -> {
            if (call == null) {
                close();
            }
        });
    }

    void close() {
        call = null;
        IoUtils.safeClose(stream);
    }

    private void readable() {
        UndertowCall user = call;
        if (user != null) {
            user.readable();
            return;
        }
        try {
            // A server that was asked nothing has nothing to say but that it goes
            if (source.read(ByteBuffer.allocate(1)) != 0) {
                close();
            }
        } catch (IOException e) {
            close();
        }
    }

    private void writable() {
        UndertowCall user = call;
        if (user == null) {
            sink.suspendWrites();
        } else {
            user.writable();
        }
    }
}
