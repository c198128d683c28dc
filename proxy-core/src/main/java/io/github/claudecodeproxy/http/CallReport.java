package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.Usage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one call of a model went. Never holds content or keys. Immutable.
 *
 * @param requestId as in the response header {@code request-id}
 * @param requestedModel the model that the client named; the client's own text, of up to 1,024 characters
 * @param upstreamModel the provider's name of the model, with {@code upstream/} before it where it is not of the main
 *     upstream
 * @param streaming whether the client asked for a stream
 * @param status the HTTP status that the client got; 499 when it left before its answer was complete
 * @param outcome the stop reason of a whole answer, the type of the error, or {@code client_gone}. A stream that broke
 *     has the status 200 and the type of its error
 * @param error what the client was told that went wrong; null when nothing did
 * @param usage the tokens; null when no answer came to its end
 * @param timeToFirst from the request's arrival until a stream's first content block; null for other answers, and when
 *     there was none
 * @param longestGap the longest time between two pieces of a stream's content; null when there were not two
 * @param duration from the request's arrival to the end
 * @param attempts how often the upstream was asked; 0 for what was answered without it
 * @param losses what was lost or changed in translation
 * @param client whose key the client sent; null where keys have no names
 */
public record CallReport(
        String requestId,
        String requestedModel,
        String upstreamModel,
        boolean streaming,
        int status,
        String outcome,
        @Nullable String error,
        @Nullable Usage usage,
        @Nullable Duration timeToFirst,
        @Nullable Duration longestGap,
        Duration duration,
        int attempts,
        List<Loss> losses,
        @Nullable String client) {

    private static final String UNKNOWN = "-";

    /** A report; the list is copied. */
    public CallReport {
        losses = List.copyOf(losses);
    }

    /** The line of the log, without control characters. */
    @Override
    public String toString() {
        String inputTokens = usage == null ? UNKNOWN : String.valueOf(usage.inputTokens());
        String outputTokens = usage == null ? UNKNOWN : String.valueOf(usage.outputTokens());
        String cachedTokens = usage == null ? UNKNOWN : String.valueOf(usage.cacheReadInputTokens());
        String first = timeToFirst == null ? UNKNOWN : String.valueOf(timeToFirst.toMillis());
        String sender = client == null ? "" : " client=" + LogText.of(client);
        return requestId + " " + LogText.of(requestedModel) + " -> " + LogText.of(upstreamModel)
                + (streaming ? " stream" : " whole") + " status=" + status + " end=" + LogText.of(outcome)
                + " attempts=" + attempts + " in=" + inputTokens + " out=" + outputTokens + " cached=" + cachedTokens
                + " first_ms=" + first + " ms=" + duration.toMillis() + sender;
    }
}
