package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads JSON bodies up to a limit and hands large or packed ones over to another thread. Thread-safe. */
final class RequestBody {

    private static final int LARGE = 64 << 10;
    private static final Pattern JSON =
            Pattern.compile("application/json\\s*(;\\s*charset\\s*=\\s*\"?utf-?8\"?\\s*)?;?", Pattern.CASE_INSENSITIVE);

    private final int limit;
    private final Executor executor;

    RequestBody(int limit, Executor executor) {
        this.limit = limit;
        this.executor = executor;
    }

    /** Gives the body to the receiver, or answers with what is wrong with it. */
    void read(Reply reply, Consumer<byte[]> receiver) {
        Exchange exchange = reply.exchange();
        boolean packed = checkHeaders(exchange);
        exchange.readBody(limit, new Exchange.BodyReceiver() {
            @Override
            public void body(byte[] bytes) {
                Runnable work = () -> receiver.accept(packed ? unpack(bytes) : bytes);
                Runnable guarded = () -> Guard.run(reply, work);
                if (packed || bytes.length >= LARGE) {
                    executor.execute(guarded);
                } else {
                    guarded.run();
                }
            }

            @Override
            public void tooLarge() {
                reply.error(tooLargeError());
            }

            @Override
            public void failed() {
                reply.error(ClaudeError.of(ClaudeError.Type.REQUEST_TIMEOUT, "The request's body did not arrive."));
            }
        });
    }

    private boolean checkHeaders(Exchange exchange) {
        String type = exchange.header("content-type");
        if (type == null || !JSON.matcher(type.strip()).matches()) {
            throw invalid("content-type: must be application/json, in UTF-8");
        }
        if (length(exchange.header("content-length")) > limit) {
            throw new ClaudeException(tooLargeError());
        }
        String encoding = exchange.header("content-encoding");
        return switch (encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default -> throw invalid("content-encoding: only gzip is understood");
        };
    }

    private static long length(@Nullable String header) {
        try {
            return header == null ? 0 : Long.parseLong(header.strip());
        } catch (NumberFormatException e) {
            return 0; // the server has framed the body already; its limit holds while reading
        }
    }

    private byte[] unpack(byte[] packed) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            byte[] plain = in.readNBytes(limit);
            if (in.read() >= 0) {
                throw new ClaudeException(tooLargeError());
            }
            return plain;
        } catch (IOException e) {
            throw invalid("content-encoding: the body is no valid gzip");
        }
    }

    private ClaudeError tooLargeError() {
        String message = "Request exceeds the maximum size of " + limit + " bytes.";
        return ClaudeError.of(ClaudeError.Type.REQUEST_TOO_LARGE, message).withShouldRetry(false);
    }

    private static ClaudeException invalid(String message) {
        return new ClaudeException(ClaudeError.Type.INVALID_REQUEST, message);
    }
}
