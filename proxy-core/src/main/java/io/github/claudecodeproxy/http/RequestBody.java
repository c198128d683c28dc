package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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
    private final Admission admission;
    private final Executor executor;
    private final Executor slowly;

    RequestBody(int limit, Admission admission, Executor executor) {
        this.limit = limit;
        this.admission = admission;
        this.executor = executor;
        this.slowly = new OneAtATime(executor);
    }

    /** Gives the body to the receiver, or answers with what is wrong with it. */
    void read(Reply reply, Consumer<byte[]> receiver) {
        read(reply, receiver, (size, work) -> {
            if (size >= LARGE) {
                executor.execute(work);
            } else {
                work.run();
            }
        });
    }

    /** The same for a receiver that takes its time: never on the thread of the connection, and one after the other. */
    void readForSlowWork(Reply reply, Consumer<byte[]> receiver) {
        read(reply, receiver, (size, work) -> slowly.execute(work));
    }

    /** Does more of such work. */
    void slowWork(Reply reply, Runnable work) {
        slowly.execute(() -> Guard.run(reply, work));
    }

    /** Where work is done. */
    private interface Place {

        void run(int size, Runnable work);
    }

    private void read(Reply reply, Consumer<byte[]> receiver, Place place) {
        Exchange exchange = reply.exchange();
        boolean packed = checkHeaders(exchange);
        Admission.Pass pass = admission.enter(length(exchange.header("content-length")));
        reply.pass(pass);
        exchange.readBody(limit, new Exchange.BodyReceiver() {
            private boolean noRoom;

            @Override
            public boolean accepts(long bytes) {
                noRoom = !pass.keep(bytes);
                return !noRoom;
            }

            @Override
            public void body(byte[] bytes) {
                Runnable work = () -> receiver.accept(packed ? unpack(bytes, pass) : bytes);
                Runnable guarded = () -> Guard.run(reply, work);
                place.run(packed ? LARGE : bytes.length, guarded);
            }

            @Override
            public void tooLarge() {
                reply.error(noRoom ? Admission.full() : tooLargeError());
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

    private byte[] unpack(byte[] packed, Admission.Pass pass) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            byte[] some = in.readNBytes(LARGE);
            while (some.length > 0) {
                if (some.length > limit - plain.size()) {
                    throw new ClaudeException(tooLargeError());
                }
                if (!pass.keep((long) packed.length + plain.size() + some.length)) {
                    throw new ClaudeException(Admission.full());
                }
                plain.write(some, 0, some.length);
                some = in.readNBytes(LARGE);
            }
            return plain.toByteArray();
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
