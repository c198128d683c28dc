package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.threads.DaemonThreads;
import io.github.claudecodeproxy.upstream.UpstreamClient;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An engine whose clock is injected. */
public final class FastEngine {

    private FastEngine() {}

    /** An engine whose clock runs this many times faster than the real one. */
    public static ProxyEngine of(ProxySettings settings, UpstreamClient upstream, int speed) {
        FastTimers timers = new FastTimers(speed);
        ExecutorService workers = Executors.newFixedThreadPool(2, new DaemonThreads("proxy-worker"));
        return new ProxyEngine(settings, upstream, timers, workers, () -> {
            workers.shutdown();
            timers.close();
        });
    }
}
