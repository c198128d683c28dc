package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.translate.Translation;
import io.github.claudecodeproxy.upstream.UpstreamRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who serves one call: the model that was chosen for it, and then, as long as the client was told nothing, the fallbacks
 * in their order, each with a translation of its own. Used under the lock of the call.
 */
final class CallRoute {

    private static final Logger LOG = LoggerFactory.getLogger(CallRoute.class);

    private final String requestId;
    private @Nullable ClaudeRequest request;
    private final Map<String, String> headers;
    private final int size;
    private final Upstreams upstreams;
    private final Deque<ModelTarget> left = new ArrayDeque<>();
    private ModelTarget target;
    private Upstream upstream;
    private Healing healing;

    /**
     * A route.
     *
     * @param requestId for the log
     * @param request what is to be served
     * @param size how many bytes the client's request had
     * @param headers the client's, as the translator wants them
     * @param target who is to serve it
     * @param fallbacks who may serve it instead
     * @throws ClaudeException when the request cannot be translated
     */
    CallRoute(
            String requestId,
            ClaudeRequest request,
            int size,
            Map<String, String> headers,
            ModelTarget target,
            List<ModelTarget> fallbacks,
            Upstreams upstreams) {
        this.requestId = requestId;
        this.request = request;
        this.headers = headers;
        this.size = size;
        this.upstreams = upstreams;
        this.target = target;
        this.upstream = upstreams.of(target);
        this.healing = healing(target);
        fallbacks.stream().filter(other -> !other.equals(target)).forEach(left::add);
    }

    ModelTarget target() {
        return target;
    }

    Upstream upstream() {
        return upstream;
    }

    Healing healing() {
        return healing;
    }

    /** The request for whoever serves the call. */
    UpstreamRequest upstreamRequest() {
        return upstream.request(translation(), size);
    }

    Translation translation() {
        return healing.translation();
    }

    /** How long those who may serve the call may be silent. */
    Duration silence(ProxySettings settings) {
        Duration longest = settings.silence(target);
        for (ModelTarget other : left) {
            Duration silence = settings.silence(other);
            longest = silence.compareTo(longest) > 0 ? silence : longest;
        }
        return longest;
    }

    /** Whether somebody else may serve the call after this error. */
    boolean hasFallback(ClaudeError error) {
        return !left.isEmpty()
                && switch (error.type()) {
                    case INVALID_REQUEST, REQUEST_TOO_LARGE -> false;
                    default -> true;
                };
    }

    /** Goes on to the next that can be asked for what the client wants; false when there is none. */
    boolean fallBack(ClaudeError why) {
        while (!left.isEmpty()) {
            ModelTarget next = left.remove();
            try {
                healing = healing(next);
                LOG.info(
                        "{} {} failed with {}, {} is asked instead",
                        requestId,
                        LogText.of(target.toString()),
                        why.type().wireName(),
                        LogText.of(next.toString()));
                target = next;
                upstream = upstreams.of(next);
                return true;
            } catch (ClaudeException strict) {
                LOG.info("{} {} cannot be asked: {}", requestId, LogText.of(next.toString()), strict.getMessage());
            }
        }
        return false;
    }

    /** No other attempt follows, so the request need not stay in memory while the answer comes. */
    void forget() {
        healing.forget();
        left.clear();
        request = null;
    }

    private Healing healing(ModelTarget to) {
        Upstream serving = upstreams.of(to);
        Translation translation = serving.translator()
                .translate(
                        Objects.requireNonNull(request),
                        headers,
                        serving.lessons().of(to.model()),
                        to.model());
        return new Healing(translation, serving.lessons());
    }
}
