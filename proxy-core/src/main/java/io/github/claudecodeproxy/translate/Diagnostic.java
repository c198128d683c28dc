package io.github.claudecodeproxy.translate;

/**
 * One thing that was lost or changed in translation because the other side cannot carry it. Never holds content.
 * Immutable.
 *
 * @param field where it was, for example {@code top_k} or {@code messages.3.content.0}
 * @param message what was done about it
 */
public record Diagnostic(String field, String message) {}
