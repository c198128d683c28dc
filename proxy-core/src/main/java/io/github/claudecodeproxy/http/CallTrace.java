package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Translation;
import io.github.claudecodeproxy.upstream.Credential;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens in one call, step by step, at the debug level: never content, and of a header that may hold a key only its
 * name. Thread-safe.
 */
final class CallTrace {

    private static final Logger LOG = LoggerFactory.getLogger(CallTrace.class);

    private static final List<String> OF_CLIENT =
            List.of("anthropic-version", "anthropic-beta", "user-agent", "content-encoding");
    private static final List<String> CREDENTIALS = List.of("x-api-key", "authorization");
    private static final Set<String> TO_UPSTREAM = Set.of("content-type", "accept", "accept-encoding", "user-agent");
    private static final Set<String> OF_UPSTREAM = Set.of(
            "content-type",
            "content-length",
            "content-encoding",
            "transfer-encoding",
            "retry-after",
            "request-id",
            "x-request-id",
            "server");
    private static final String RATE_LIMIT = "x-ratelimit-";
    private static final String HIDDEN = "***";
    private static final int SHORTEST_SECRET = 8;

    private final String requestId;

    private final CallRecorder.@Nullable Recording recording;

    CallTrace(String requestId) {
        this(requestId, null);
    }

    /** One that also tells a recording. */
    CallTrace(String requestId, CallRecorder.@Nullable Recording recording) {
        this.requestId = requestId;
        this.recording = recording;
    }

    /** What the client asked for. */
    void received(Exchange exchange, int bytes) {
        if (LOG.isDebugEnabled()) {
            Map<String, String> headers = new TreeMap<>();
            for (String name : OF_CLIENT) {
                String value = exchange.header(name);
                if (value != null) {
                    headers.put(name, value);
                }
            }
            for (String name : CREDENTIALS) {
                if (exchange.header(name) != null) {
                    headers.put(name, HIDDEN);
                }
            }
            LOG.debug("{} request of {} bytes, {}; no header is passed on", requestId, bytes, shown(headers));
        }
    }

    /** What the request became. */
    void translated(String requestedModel, Translation translation, ProviderProfile provider) {
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{} model {} -> {} of provider {}, {}",
                    requestId,
                    LogText.of(requestedModel),
                    LogText.of(translation.upstreamModel()),
                    provider.name(),
                    translation.upstreamStreaming() ? "asked for a stream" : "asked for a whole answer");
        }
    }

    /** One attempt begins. */
    void sent(UpstreamRequest request, int attempt, String provider, String model) {
        if (recording != null) {
            recording.sent(provider, model);
        }
        if (LOG.isDebugEnabled()) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            request.headers()
                    .forEach((name, value) ->
                            headers.put(name, TO_UPSTREAM.contains(name.toLowerCase(Locale.ROOT)) ? value : HIDDEN));
            LOG.debug(
                    "{} attempt {}: {} {} with {} bytes, {}",
                    requestId,
                    attempt,
                    request.method(),
                    LogText.of(withoutQuery(request.uri())),
                    request.bodyLength(),
                    shown(headers));
        }
    }

    /** The upstream has begun to answer, perhaps with what let us in. */
    void answered(UpstreamResponseHead head, @Nullable Credential with) {
        if (recording != null) {
            recording.answered(head.status(), harmless(head, with));
        }
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} upstream answered {}, {}", requestId, head.status(), shown(harmless(head, with)));
        }
    }

    private static Map<String, String> harmless(UpstreamResponseHead head, @Nullable Credential with) {
        Map<String, String> headers = new TreeMap<>(head.headers());
        headers.keySet().removeIf(name -> !OF_UPSTREAM.contains(name) && !name.startsWith(RATE_LIMIT));
        if (with != null && with.key().length() >= SHORTEST_SECRET) {
            headers.replaceAll((name, value) -> value.replace(with.key(), HIDDEN));
        }
        return headers;
    }

    /** Bytes of the answer have come. */
    void bytes(List<ByteBuffer> buffers) {
        if (recording != null) {
            buffers.forEach(buffer -> recording.bytes(buffer.duplicate()));
        }
    }

    /** The answer broke off, or there was none. */
    void broken(String reason) {
        if (recording != null) {
            recording.broken(reason);
        }
    }

    /** An attempt has failed, and another one follows. */
    void again(ClaudeError error, long nanos) {
        LOG.debug(
                "{} failed with {}, sent again in {} ms",
                requestId,
                error.type().wireName(),
                nanos / 1_000_000);
    }

    private static String shown(Map<String, String> headers) {
        return headers.entrySet().stream()
                .map(header -> header.getKey() + "=" + LogText.of(header.getValue()))
                .collect(Collectors.joining(", ", "headers {", "}"));
    }

    /** A query may hold a key. */
    private static String withoutQuery(URI uri) {
        String text = uri.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query) + "?" + HIDDEN;
    }
}
