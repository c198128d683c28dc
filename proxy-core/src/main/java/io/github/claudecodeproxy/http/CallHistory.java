package io.github.claudecodeproxy.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The calls that run and the last that ended, for people to look at. Bounded; thread-safe. */
final class CallHistory implements CallListener {

    static final int MOST = 100;

    private final Timers timers;
    private final Map<String, Begun> running = new ConcurrentHashMap<>();
    private final Deque<Ended> ended = new ArrayDeque<>();

    CallHistory(Timers timers) {
        this.timers = timers;
    }

    /** A call that runs. */
    record Begun(String requestId, String requestedModel, String upstreamModel, boolean streaming, long at) {}

    /** A call that has ended. */
    record Ended(CallReport call, long at) {}

    @Override
    public void begun(String requestId, String requestedModel, String upstreamModel, boolean streaming) {
        running.put(requestId, new Begun(requestId, requestedModel, upstreamModel, streaming, timers.now()));
    }

    @Override
    public void ended(CallReport call) {
        running.remove(call.requestId());
        synchronized (ended) {
            ended.addFirst(new Ended(call, timers.now()));
            if (ended.size() > MOST) {
                ended.removeLast();
            }
        }
    }

    /** Those that run, the newest first; no more than {@link #MOST}. */
    List<Begun> running() {
        List<Begun> all = new ArrayList<>(running.values());
        all.sort((left, right) -> Long.compare(right.at() - left.at(), 0));
        return List.copyOf(all.subList(0, Math.min(MOST, all.size())));
    }

    /** Those that ended, the newest first. */
    List<Ended> ended() {
        synchronized (ended) {
            return Collections.unmodifiableList(new ArrayList<>(ended));
        }
    }
}
