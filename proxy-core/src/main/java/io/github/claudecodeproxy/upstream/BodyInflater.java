package io.github.claudecodeproxy.upstream;

import io.github.claudecodeproxy.upstream.UpstreamException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a compressed body piece by piece, as far as each piece allows; for those who write an {@link UpstreamClient}. The
 * JDK's own streams pull and so would need a thread. Used by one thread at a time.
 */
public final class BodyInflater {

    /** A body may not be larger when decoded. */
    static final long MAX_DECODED_BYTES = 64L << 20;

    private static final int LARGEST_PIECE = 16 * 1024;
    private static final int LONGEST_HEADER = 4 * 1024;
    private static final int TRAILER_LENGTH = 8;

    private final boolean gzip;
    private final CRC32 checksum = new CRC32();
    private final byte[] frame = new byte[LONGEST_HEADER];
    private int frameLength;
    private Part part = Part.HEADER;
    private @Nullable Inflater inflater;
    private long decodedBytes;

    private BodyInflater(boolean gzip) {
        this.gzip = gzip;
    }

    /** A decoder for a {@code content-encoding}, lower case; null for an encoding that is not known. */
    public static @Nullable BodyInflater forEncoding(String encoding) {
        return switch (encoding) {
            case "gzip", "x-gzip" -> new BodyInflater(true);
            case "deflate" -> new BodyInflater(false);
            default -> null;
        };
    }

    /**
     * Decodes the next bytes; the result may be empty.
     *
     * @throws UpstreamException if they are not what they are said to be, or too many
     */
    public List<ByteBuffer> decode(List<ByteBuffer> encoded) throws UpstreamException {
        List<ByteBuffer> decoded = new ArrayList<>();
        for (ByteBuffer buffer : encoded) {
            while (buffer.hasRemaining()) {
                decode(buffer, decoded);
            }
        }
        return decoded;
    }

    /**
     * The body has ended, which frees memory too.
     *
     * @throws UpstreamException if it is neither whole nor empty
     */
    public void end() throws UpstreamException {
        close();
        boolean empty = part == Part.HEADER && frameLength == 0;
        if (!empty && part != Part.AFTER) {
            throw new UpstreamException(Reason.TRUNCATED, "the upstream's compressed answer is not complete", null);
        }
    }

    /** Frees memory; nothing can be decoded afterwards. */
    public void close() {
        if (inflater != null) {
            inflater.end();
        }
    }

    private void decode(ByteBuffer in, List<ByteBuffer> out) throws UpstreamException {
        switch (part) {
            case HEADER -> header(in.get(), out);
            case DATA -> inflate(in, out);
            case TRAILER -> trailer(in.get());
            case AFTER -> after(in);
        }
    }

    private void header(byte next, List<ByteBuffer> out) throws UpstreamException {
        if (frameLength == frame.length) {
            throw broken(null);
        }
        frame[frameLength++] = next;
        if (gzip) {
            gzipHeader();
        } else if (frameLength == 2) {
            deflateHeader(out);
        }
    }

    private void gzipHeader() throws UpstreamException {
        int length = GzipHeader.length(frame, frameLength);
        if (length == GzipHeader.BROKEN) {
            throw broken(null);
        }
        if (length == frameLength) {
            begin(new Inflater(true));
        }
    }

    /** "deflate" means the zlib format, but some servers send the data bare. */
    private void deflateHeader(List<ByteBuffer> out) throws UpstreamException {
        int both = (frame[0] & 0xFF) << 8 | (frame[1] & 0xFF);
        boolean zlib = (frame[0] & 0x0F) == 8 && both % 31 == 0;
        ByteBuffer start = ByteBuffer.wrap(frame, 0, 2);
        begin(new Inflater(!zlib));
        inflate(start, out);
    }

    private void begin(Inflater fresh) {
        close();
        inflater = fresh;
        frameLength = 0;
        checksum.reset();
        part = Part.DATA;
    }

    private void inflate(ByteBuffer in, List<ByteBuffer> out) throws UpstreamException {
        Inflater data = Objects.requireNonNull(inflater);
        data.setInput(in);
        int room;
        do {
            room = Math.max(256, Math.min(LARGEST_PIECE, in.remaining() * 4));
        } while (inflateOnce(data, room, out) == room && !data.finished());
        if (data.finished()) {
            part = gzip ? Part.TRAILER : Part.AFTER;
        } else if (data.needsDictionary()) {
            throw broken(null);
        }
    }

    private int inflateOnce(Inflater data, int room, List<ByteBuffer> out) throws UpstreamException {
        byte[] piece = new byte[room];
        int produced;
        try {
            produced = data.inflate(piece);
        } catch (DataFormatException e) {
            throw broken(e);
        }
        decodedBytes += produced;
        if (decodedBytes > MAX_DECODED_BYTES) {
            throw new UpstreamException(Reason.PROTOCOL, "the upstream's compressed answer is too large", null);
        }
        if (produced > 0) {
            checksum.update(piece, 0, produced);
            out.add(ByteBuffer.wrap(piece, 0, produced));
        }
        return produced;
    }

    private void trailer(byte next) throws UpstreamException {
        frame[frameLength++] = next;
        if (frameLength < TRAILER_LENGTH) {
            return;
        }
        int expected = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (expected != (int) checksum.getValue()) {
            throw broken(null);
        }
        frameLength = 0;
        part = Part.AFTER;
    }

    /** Another gzip member may follow; anything else is padding. */
    private void after(ByteBuffer in) {
        if (gzip && in.get(in.position()) == GzipHeader.FIRST_BYTE) {
            part = Part.HEADER;
        } else {
            in.position(in.limit());
        }
    }

    private static UpstreamException broken(@Nullable Throwable cause) {
        return new UpstreamException(Reason.PROTOCOL, "the upstream's compressed answer is broken", cause);
    }

    private enum Part {
        HEADER,
        DATA,
        TRAILER,
        AFTER
    }
}
