package io.github.claudecodeproxy.http;

/**
 * What every call of an engine shares. Immutable.
 *
 * @param settings how the engine behaves
 * @param upstreams the providers
 * @param timers the clock
 * @param running the calls that run
 * @param admission lets calls in
 * @param history the calls that run, and the last that ended
 */
record EngineParts(
        ProxySettings settings,
        Upstreams upstreams,
        Timers timers,
        RunningCalls running,
        Admission admission,
        CallHistory history) {}
