package io.github.claudecodeproxy.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the lines and bytes of HTTP/1.1 from one socket. A read that timed out can be repeated without loss. */
final class HttpInput {

    private final InputStream in;
    private final byte[] buffer = new byte[8192];
    private final StringBuilder line = new StringBuilder();
    private int position;
    private int limit;

    HttpInput(InputStream in) {
        this.in = in;
    }

    /** The next line without its end, or null when the peer closed before its first byte. */
    @Nullable
    String line() throws IOException {
        while (fill()) {
            char next = (char) (buffer[position++] & 0xFF);
            if (next == '\n') {
                return takeLine();
            }
            line.append(next);
        }
        if (line.isEmpty()) {
            return null;
        }
        throw new EOFException("peer closed within the line: " + line);
    }

    private String takeLine() throws ProtocolException {
        String text = line.toString();
        line.setLength(0);
        if (!text.endsWith("\r")) {
            throw new ProtocolException("line does not end in CRLF: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    /** The next line, which must be there. */
    String requiredLine() throws IOException {
        String text = line();
        if (text == null) {
            throw new EOFException("peer closed where a line was due");
        }
        return text;
    }

    /** All header lines up to and with the empty one. */
    HeaderList headers() throws IOException {
        List<Map.Entry<String, String>> entries = new ArrayList<>();
        for (String text = requiredLine(); !text.isEmpty(); text = requiredLine()) {
            int colon = text.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("header line without a name: " + text);
            }
            entries.add(Map.entry(
                    text.substring(0, colon), text.substring(colon + 1).strip()));
        }
        return new HeaderList(entries);
    }

    /** Up to {@code most} bytes, as many as are there; empty when the peer closed. */
    byte[] bytes(long most) throws IOException {
        if (!fill()) {
            return new byte[0];
        }
        int end = position + (int) Math.min(limit - position, most);
        byte[] some = Arrays.copyOfRange(buffer, position, end);
        position = end;
        return some;
    }

    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = 0;
            limit = Math.max(0, in.read(buffer));
        }
        return limit > 0;
    }
}
