package io.github.claudecodeproxy.launcher;

import io.github.claudecodeproxy.http.CallListener;
import io.github.claudecodeproxy.http.CallRecorder;
import io.github.claudecodeproxy.http.CallReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last calls in a folder, each in one of its own. Bounded in memory and on the disk: a call that finds no room is
 * not kept. Written by a thread of its own, after the call. Thread-safe.
 */
final class CallRing implements CallRecorder, CallListener, AutoCloseable {

    static final int MOST_CALLS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(CallRing.class);
    private static final int LARGEST_CALL = 8 << 20;
    private static final long LARGEST_MEMORY = 64L << 20;
    private static final int MOST_WAITING = 64;
    private static final Duration LAST_WRITES = Duration.ofSeconds(2);

    private final Path folder;
    private final boolean content;
    private volatile UnaryOperator<String> keys = text -> text;
    private volatile Secrets secrets;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final AtomicLong memory = new AtomicLong();
    private final ThreadPoolExecutor writer;

    private CallRing(Path folder, boolean content, Secrets secrets) {
        this.folder = folder;
        this.content = content;
        this.secrets = secrets;
        this.writer =
                new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), work -> {
                    Thread thread = new Thread(work, "recorder");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * A ring in a folder, which is made for its owner's eyes only.
     *
     * @param content whether what people and models have written is kept
     * @param secrets what is never kept
     * @throws ServerProcess.StartException if the folder cannot be made
     */
    static CallRing in(Path folder, boolean content, Secrets secrets) {
        try {
            if (!Files.isDirectory(folder)) {
                boolean posix =
                        folder.getFileSystem().supportedFileAttributeViews().contains("posix");
                if (posix) {
                    Files.createDirectories(
                            folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } else {
                    Files.createDirectories(folder);
                }
            }
        } catch (IOException e) {
            throw new ServerProcess.StartException("--record: the folder cannot be made: " + e.getMessage(), e);
        }
        return new CallRing(folder, content, secrets);
    }

    /** What takes the provider's keys out, also those that change. */
    void keys(UnaryOperator<String> masking) {
        keys = masking;
    }

    /** From now on these are not kept. */
    void secrets(Secrets value) {
        secrets = value;
    }

    @Override
    public @Nullable Recording begun(String requestId, Map<String, String> headers, byte[] request) {
        Running call = new Running(headers, request);
        if (!call.take(request.length)) {
            return null;
        }
        running.put(requestId, call);
        return call;
    }

    @Override
    public void ended(CallReport report) {
        Running call = running.remove(report.requestId());
        if (call == null) {
            return;
        }
        RecordedCall recorded = call.recorded(report);
        try {
            writer.execute(() -> {
                try {
                    if (recorded != null) {
                        write(recorded, report.requestId());
                    }
                } finally {
                    call.giveBack();
                }
            });
        } catch (RejectedExecutionException e) {
            call.giveBack();
            LOG.warn("{} was not recorded: too many calls ended at once", report.requestId());
        }
    }

    private void write(RecordedCall call, String requestId) {
        try {
            Secrets configured = secrets;
            UnaryOperator<String> changing = keys;
            call.masked(text -> configured.mask(changing.apply(text)), content).write(folder.resolve(requestId));
            prune();
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} was not recorded: {}", requestId, e.toString());
        }
    }

    /** The oldest go. */
    private void prune() throws IOException {
        List<Path> calls = calls(folder);
        for (Path old : calls.subList(0, Math.max(0, calls.size() - MOST_CALLS))) {
            try (Stream<Path> files = Files.list(old)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(old);
        }
    }

    /** The calls of a folder, the oldest first. */
    static List<Path> calls(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(one -> Files.exists(one.resolve(RecordedCall.CALL)))
                    .sorted(Comparator.comparing(CallRing::written))
                    .toList();
        }
    }

    private static FileTime written(Path call) {
        try {
            return Files.getLastModifiedTime(call.resolve(RecordedCall.CALL));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes what has ended, within a moment. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the last calls were not recorded");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A call that runs. */
    private final class Running implements Recording {

        private final Map<String, String> headers;
        private final byte[] request;
        private final List<Answer> answers = new ArrayList<>();
        private int size;
        private boolean tooLarge;

        Running(Map<String, String> headers, byte[] request) {
            this.headers = Map.copyOf(headers);
            this.request = request;
        }

        /** Whether there is room for so many bytes more. */
        boolean take(int bytes) {
            boolean fits = size + bytes <= LARGEST_CALL && memory.addAndGet(bytes) <= LARGEST_MEMORY;
            if (fits) {
                size += bytes;
            } else if (size + bytes <= LARGEST_CALL) {
                memory.addAndGet(-bytes);
            }
            return fits;
        }

        synchronized void giveBack() {
            memory.addAndGet(-size);
            size = 0;
        }

        @Override
        public synchronized void sent(String provider, String model) {
            answers.add(new Answer(provider, model));
        }

        @Override
        public synchronized void answered(int status, Map<String, String> ofUpstream) {
            last().status = status;
            last().headers = Map.copyOf(ofUpstream);
        }

        @Override
        public synchronized void bytes(ByteBuffer bytes) {
            if (tooLarge || !take(bytes.remaining())) {
                tooLarge = true;
                return;
            }
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            last().body.writeBytes(copy);
        }

        @Override
        public synchronized void broken(String reason) {
            last().broken = reason;
        }

        private Answer last() {
            return answers.get(answers.size() - 1);
        }

        /** Null when it was too large to be kept whole. */
        synchronized @Nullable RecordedCall recorded(CallReport report) {
            if (tooLarge) {
                LOG.info("{} was not recorded: it is too large", report.requestId());
                return null;
            }
            return new RecordedCall(
                    RecordedCall.described(report, content),
                    headers,
                    request,
                    answers.stream().map(Answer::attempt).toList());
        }
    }

    /** What has come of one attempt. Under the lock of its call. */
    private static final class Answer {

        private final String provider;
        private final String model;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private Map<String, String> headers = Map.of();
        private int status;
        private @Nullable String broken;

        Answer(String provider, String model) {
            this.provider = provider;
            this.model = model;
        }

        RecordedCall.Attempt attempt() {
            return new RecordedCall.Attempt(provider, model, status, headers, body.toByteArray(), broken);
        }
    }
}
