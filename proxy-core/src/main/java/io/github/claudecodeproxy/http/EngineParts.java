package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.translate.ClaudeOpenAiTranslator;

/** What every call of an engine shares. */
record EngineParts(
        ProxySettings settings,
        ClaudeOpenAiTranslator translator,
        Upstream upstream,
        Timers timers,
        RunningCalls running) {}
