package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.testkit.Reply;
import io.github.claudecodeproxy.testkit.Request;
import io.github.claudecodeproxy.testkit.ResponseReader;
import io.github.claudecodeproxy.testkit.ScriptedUpstream;
import io.github.claudecodeproxy.testkit.TestClient;
import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * R18: 50 streams at a time for a long while, one in twenty with a fault. The system property {@code soak.minutes} says
 * how long; 30 unless set.
 */
final class Soak implements Bar {

    private static final int STREAMS = 50;
    private static final int MINUTES = Integer.getInteger("soak.minutes", 30);
    private static final int WARM_UP_MINUTES = Math.min(3, MINUTES / 3);
    private static final int ONE_IN = 20;
    private static final byte[] EVENT =
            ("data: " + Chunks.text("some words of an answer") + "\n\n").getBytes(StandardCharsets.UTF_8);

    private final AtomicBoolean paused = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger whole = new AtomicInteger();
    private final AtomicInteger faults = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger hung = new AtomicInteger();

    private record Sample(double minutes, long heap, long threads, long files) {}

    @Override
    public List<Figure> measure(ProxyTarget target) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                Server server = Server.start(target, upstream.baseUrl(), List.of("-Xmx256m"))) {
            upstream.alwaysReply(Soak::reply);
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                Thread client = new Thread(() -> run(server), "soak-" + i);
                client.setDaemon(true);
                client.start();
                clients.add(client);
            }
            List<Sample> samples = new ArrayList<>();
            long begun = System.nanoTime();
            for (int minute = 1; minute <= MINUTES; minute++) {
                Thread.sleep(Math.max(0, minute * 60_000L - (long) Times.since(begun)));
                Sample sample = quiet(server, begun);
                System.out.printf(
                        "R18  minute %4.1f: heap %d KiB, threads %d, files %d, answers %d, faults %d, wrong %d%n",
                        sample.minutes(),
                        sample.heap(),
                        sample.threads(),
                        sample.files(),
                        whole.get(),
                        faults.get(),
                        wrong.get());
                if (minute > WARM_UP_MINUTES) {
                    samples.add(sample);
                }
            }
            over.set(true);
            for (Thread client : clients) {
                client.join(60_000);
                hung.addAndGet(client.isAlive() ? 1 : 0);
            }
            return List.of(
                    Figure.told("whole answers", String.valueOf(whole.get())),
                    Figure.told("faults injected", String.valueOf(faults.get())),
                    Figure.exactly("answers that were not as they should be", wrong.get(), 0),
                    Figure.exactly("clients that hung", hung.get(), 0),
                    Figure.atMost("heap after collection, slope in 10 minutes", slope(samples) * 10 / 1024, 1, " MiB"),
                    Figure.atMost("threads, from least to most", (double) spread(samples, true), 10, ""),
                    Figure.atMost("open files, from least to most", (double) spread(samples, false), 10, ""));
        }
    }

    /** Lets the streams end, so that only what stays is measured. */
    private Sample quiet(Server server, long begun) throws Exception {
        paused.set(true);
        long patience = System.nanoTime();
        while (busy.get() > 0 && Times.since(patience) < 30_000) {
            Thread.sleep(20);
        }
        // idle connections to the upstream go after 4 s
        Thread.sleep(6000);
        Sample sample = new Sample(
                Times.since(begun) / 60_000, server.heapAfterCollection(), server.threads(), server.openFiles());
        paused.set(false);
        return sample;
    }

    private static double slope(List<Sample> samples) {
        double meanX = samples.stream().mapToDouble(Sample::minutes).average().orElse(0);
        double meanY = samples.stream().mapToDouble(Sample::heap).average().orElse(0);
        double covariance = 0;
        double variance = 0;
        for (Sample sample : samples) {
            covariance += (sample.minutes() - meanX) * (sample.heap() - meanY);
            variance += (sample.minutes() - meanX) * (sample.minutes() - meanX);
        }
        return variance == 0 ? 0 : covariance / variance;
    }

    private static long spread(List<Sample> samples, boolean threads) {
        List<Long> all = samples.stream()
                .map(sample -> threads ? sample.threads() : sample.files())
                .sorted()
                .toList();
        return all.isEmpty() ? 0 : all.get(all.size() - 1) - all.get(0);
    }

    private void run(Server server) {
        while (!over.get()) {
            if (paused.get()) {
                sleep(50);
                continue;
            }
            busy.incrementAndGet();
            try {
                stream(server);
            } finally {
                busy.decrementAndGet();
            }
        }
    }

    private void stream(Server server) {
        boolean faulty = ThreadLocalRandom.current().nextInt(ONE_IN) == 0;
        int kind = ThreadLocalRandom.current().nextInt(Kind.values().length);
        String words = faulty ? Kind.values()[kind].name() : "Hello";
        boolean leaves = faulty && Kind.values()[kind] == Kind.CLIENT_LEAVES;
        try (TestClient client = server.connect()) {
            Server.send(client, Server.STREAM.replace("Hello", words));
            ResponseReader reader = client.response();
            if (leaves) {
                reader.readUntil("some words");
                client.reset();
                faults.incrementAndGet();
                return;
            }
            String text = reader.readToEnd();
            boolean complete = text.contains("event: message_stop");
            boolean failed = text.contains("\"error\"");
            if (faulty ? complete || !failed : !complete || failed) {
                wrong.incrementAndGet();
            }
            (faulty ? faults : whole).incrementAndGet();
        } catch (AssertionError e) {
            hung.incrementAndGet();
        } catch (IOException e) {
            wrong.incrementAndGet();
        }
    }

    /** What goes wrong; the client says it in its request. */
    private enum Kind {
        CLIENT_LEAVES,
        RESET_AT_ONCE,
        CLOSED_AT_ONCE,
        RESET_IN_MID_STREAM,
        CLOSED_IN_MID_STREAM,
        SERVER_ERROR,
        RATE_LIMIT,
        PAGE,
        GARBAGE,
        NO_JSON,
        HUGE_LINE
    }

    private static Reply reply(Request request) {
        for (Kind kind : Kind.values()) {
            if (request.text().contains(kind.name())) {
                return faulty(kind);
            }
        }
        int seconds = ThreadLocalRandom.current().nextInt(2, 11);
        return Reply.streaming()
                .sse(Chunks.role())
                .paced(EVENT, Duration.ofMillis(100), seconds * 10)
                .sse(Chunks.finish("stop"), Chunks.usage(12, 3))
                .done()
                .end();
    }

    private static Reply faulty(Kind kind) {
        return switch (kind) {
            case CLIENT_LEAVES ->
                Reply.streaming().sse(Chunks.role()).repeat(EVENT, 5).stall();
            case RESET_AT_ONCE -> Reply.cutBeforeHeaders();
            case CLOSED_AT_ONCE -> Reply.closeBeforeHeaders();
            case RESET_IN_MID_STREAM ->
                Reply.streaming().sse(Chunks.role()).repeat(EVENT, 5).cut();
            case CLOSED_IN_MID_STREAM ->
                Reply.streaming().sse(Chunks.role()).repeat(EVENT, 5).close();
            case SERVER_ERROR -> Reply.json(500, Chunks.error("it broke", "server_error"));
            case RATE_LIMIT -> Reply.json(429, Chunks.error("slow down", "rate_limit"));
            case PAGE ->
                Reply.status(502)
                        .contentLength()
                        .text("<html>Bad Gateway</html>")
                        .end();
            case GARBAGE -> Reply.raw("SSH-2.0-OpenSSH_9.6\r\n\r\n");
            case NO_JSON ->
                Reply.streaming().sse(Chunks.role(), "{\"choices\":").done().end();
            case HUGE_LINE ->
                Reply.streaming()
                        .sse(Chunks.role())
                        .repeat(new byte[1 << 20], 20)
                        .end();
        };
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
