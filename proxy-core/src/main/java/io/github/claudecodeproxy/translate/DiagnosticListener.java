package io.github.claudecodeproxy.translate;

/**
 * Is told what is lost or changed in translation, once per loss of a trip, on the thread that translates. Must not block;
 * what it throws is passed over, because a report must not fail a call.
 */
@FunctionalInterface
public interface DiagnosticListener {

    /**
     * Something was lost or changed.
     *
     * @param upstreamModel the provider's name of the model, never null
     * @param diagnostic what it was; never holds content
     */
    void lost(String upstreamModel, Diagnostic diagnostic);
}
