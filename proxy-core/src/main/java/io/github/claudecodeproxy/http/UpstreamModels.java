package io.github.claudecodeproxy.http;

import java.io.IOException;
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
    private final class Question implements SmallCall.Receiver {

        private final List<Consumer<List<ListedModel>>> waiting = new ArrayList<>();

        void ask() {
            upstream.sendSmall(upstream.models(), timers, PATIENCE, LARGEST, this);
        }

        @Override
        public void answered(byte[] body) {
            try {
                known(ListedModel.of(body));
            } catch (IOException e) {
                failed("no JSON");
            }
        }

        @Override
        public void failed(String why) {
            LOG.debug("upstream {} does not list its models: {}", upstream.name(), why);
            known(null);
        }

        private void known(@Nullable List<ListedModel> models) {
            List<ListedModel> told;
            synchronized (UpstreamModels.this) {
                question = null;
                if (models != null) {
                    known = models;
                }
                told = known;
            }
            waiting.forEach(receiver -> receiver.accept(told));
        }
    }
}
