package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;

/**
 * What every call of an engine shares. Immutable.
 *
 * @param settings how the engine behaves
 * @param translator translates
 * @param upstream the provider
 * @param timers the clock
 * @param running the calls that run
 * @param admission lets calls in
 * @param history the calls that run, and the last that ended
 * @param lessons what the provider has refused
 */
record EngineParts(
        ProxySettings settings,
        ClaudeOpenAiTranslator translator,
        Upstream upstream,
        Timers timers,
        RunningCalls running,
        Admission admission,
        CallHistory history,
        LearntLessons lessons) {}
