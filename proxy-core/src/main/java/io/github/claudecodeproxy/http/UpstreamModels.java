package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.upstream.UpstreamCall;
import io.github.claudecodeproxy.upstream.UpstreamException;
import io.github.claudecodeproxy.upstream.UpstreamListener;
import io.github.claudecodeproxy.upstream.UpstreamResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that an upstream lists, asked for at most every five minutes. An upstream that is slow or fails leaves what
 * was known before: Claude Code waits for three seconds in all. Thread-safe.
 */
final class UpstreamModels {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamModels.class);
    private static final long FRESH = Duration.ofMinutes(5).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int LARGEST = 8 << 20;

    private final Upstream upstream;
    private final Timers timers;
    private List<ListedModel> known = List.of();
    private long asked;
    private @Nullable Question question;

    UpstreamModels(Upstream upstream, Timers timers) {
        this.upstream = upstream;
        this.timers = timers;
        this.asked = timers.now() - FRESH;
    }

    Upstream upstream() {
        return upstream;
    }

    /** Gives the receiver what is known, once, now or soon, on any thread. */
    void whenKnown(Consumer<List<ListedModel>> receiver) {
        List<ListedModel> now = null;
        Question fresh = null;
        synchronized (this) {
            if (question != null) {
                question.waiting.add(receiver);
            } else if (timers.now() - asked < FRESH) {
                now = known;
            } else {
                asked = timers.now();
                fresh = new Question();
                fresh.waiting.add(receiver);
                question = fresh;
            }
        }
        if (now != null) {
            receiver.accept(now);
        } else if (fresh != null) {
            fresh.ask();
        }
    }

    /** One call upstream. */
    private final class Question implements UpstreamListener {

        private final List<Consumer<List<ListedModel>>> waiting = new ArrayList<>();
        private final LimitedBytes body = new LimitedBytes(LARGEST);
        private volatile @Nullable UpstreamCall call;
        private Timers.@Nullable Timer patience;
        private int status;

        void ask() {
            patience = timers.after(PATIENCE, () -> {
                UpstreamCall running = call;
                if (running != null) {
                    running.cancel();
                }
                failed("no answer in " + PATIENCE.toSeconds() + " s");
            });
            call = upstream.client().send(upstream.models(), this);
        }

        @Override
        public void headers(UpstreamResponseHead head) {
            status = head.status();
            more();
        }

        @Override
        public void bytes(List<ByteBuffer> buffers) {
            if (buffers.stream().allMatch(body::accept)) {
                more();
            } else {
                UpstreamCall running = call;
                if (running != null) {
                    running.cancel();
                }
                failed("the list is too long");
            }
        }

        @Override
        public void end() {
            if (status != 200) {
                failed("status " + status);
                return;
            }
            try {
                answered(ListedModel.of(body.toByteArray()));
            } catch (IOException e) {
                failed("no JSON");
            }
        }

        @Override
        public void failure(UpstreamException failure) {
            failed(String.valueOf(failure.reason()));
        }

        private void more() {
            UpstreamCall running = call;
            if (running != null) {
                running.more();
            }
        }

        private void failed(String why) {
            LOG.debug("upstream {} does not list its models: {}", upstream.name(), why);
            answered(null);
        }

        private void answered(@Nullable List<ListedModel> models) {
            List<ListedModel> told;
            synchronized (UpstreamModels.this) {
                if (question != this) {
                    return;
                }
                question = null;
                if (models != null) {
                    known = models;
                }
                told = known;
            }
            if (patience != null) {
                patience.cancel();
            }
            waiting.forEach(receiver -> receiver.accept(told));
        }
    }
}
