package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.Usage;
import io.github.claudecodeproxy.translate.Diagnostic;
import io.github.claudecodeproxy.translate.Translation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says about one call of a model: one line when it has ended. Prompts and answers only where the settings
 * allow it, at the debug level.
 */
final class CallRecord {

    /** What is logged as the status when the client left before its answer was complete. */
    static final int CLIENT_GONE = 499;

    private static final Logger LOG = LoggerFactory.getLogger(CallRecord.class);

    private final String requestId;
    private final @Nullable String client;
    private final String requested;
    private volatile Trip trip;
    private final Timers timers;
    private final boolean content;
    private final long begun;
    private final CallHistory history;
    private final CallListener listener;
    private volatile long first = -1;
    private volatile long last = -1;
    private volatile long longestGap = -1;
    private volatile @Nullable Usage usage;
    private volatile @Nullable String error;

    CallRecord(String requestId, @Nullable String client, String requested, CallRoute route, EngineParts parts) {
        this.requestId = requestId;
        this.client = client;
        this.requested = requested;
        this.trip = Trip.of(route);
        this.timers = parts.timers();
        this.content = parts.settings().logContent() && LOG.isDebugEnabled();
        this.begun = timers.now();
        this.history = parts.history();
        this.listener = parts.settings().calls();
        Trip made = trip;
        tell(told -> told.begun(requestId, requested, made.model(), made.streaming()));
    }

    /** What is logged of a translation, which is large and may be gone by then. */
    private record Trip(String model, boolean streaming, Supplier<List<Diagnostic>> diagnostics) {

        static Trip of(CallRoute route) {
            Translation translation = route.translation();
            return new Trip(route.target().toString(), translation.streaming(), translation.diagnosticsLater());
        }
    }

    /** The request was translated anew, for the same model or for another. */
    void translatedAnew(CallRoute route) {
        trip = Trip.of(route);
        content("upstream request", route.translation()::body);
    }

    /** Tells the client what was lost so far. */
    void showLosses(Reply reply) {
        String losses = LossReport.header(trip.diagnostics().get());
        if (!losses.isEmpty()) {
            reply.with(Map.of(LossReport.HEADER, losses));
        }
    }

    /** The first content block of a stream. */
    void firstContent() {
        if (first < 0) {
            first = timers.now() - begun;
        }
    }

    /** A piece of content of a stream; told of each in turn. */
    void delta() {
        long now = timers.now();
        if (last >= 0) {
            longestGap = Math.max(longestGap, now - last);
        }
        last = now;
    }

    /** What the client is told that went wrong. */
    void error(String message) {
        error = message;
    }

    /** What an answer has cost so far. */
    void usage(@Nullable Usage value) {
        usage = value;
    }

    /** The one line; the report is its argument, for those that log more than text. */
    void ended(int status, String outcome, int attempts) {
        Trip made = trip;
        List<Diagnostic> losses = made.diagnostics().get();
        CallReport report = new CallReport(
                requestId,
                requested,
                made.model(),
                made.streaming(),
                status,
                outcome,
                error,
                usage,
                first < 0 ? null : Duration.ofNanos(first),
                longestGap < 0 ? null : Duration.ofNanos(longestGap),
                Duration.ofNanos(timers.now() - begun),
                attempts,
                losses.stream().map(lost -> Loss.of(made.model(), lost)).toList(),
                client);
        log(report);
        tell(listener -> listener.ended(report));
    }

    private static void log(CallReport call) {
        LOG.info("{}", call);
        if (LOG.isDebugEnabled()) {
            call.losses()
                    .forEach(lost -> LOG.debug(
                            "{} {} {}: {}", call.requestId(), lost.kind(), LogText.of(lost.field()), lost.message()));
        }
    }

    private void tell(Consumer<CallListener> event) {
        event.accept(history);
        try {
            event.accept(listener);
        } catch (RuntimeException e) {
            LOG.error("{} the call listener failed", requestId, e);
        }
    }

    /** A piece of content, if content may be logged. */
    void content(String what, Supplier<byte[]> json) {
        if (content) {
            String text = new String(json.get(), StandardCharsets.UTF_8);
            LOG.debug("{} {} {}", requestId, what, LogText.whole(text));
        }
    }
}
