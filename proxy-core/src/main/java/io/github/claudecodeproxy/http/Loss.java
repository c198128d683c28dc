package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.translate.Diagnostic;

/**
 * One thing that was lost or changed in translation. Never holds content. Immutable.
 *
 * @param model the provider's name of the model
 * @param kind what sort of loss it is, as in the header {@code x-proxy-diagnostics}, for example {@code
 *     parameter_dropped}
 * @param field where it was, for example {@code top_k} or {@code messages.3.content.0}; may hold names that the client
 *     chose
 * @param message what was done about it
 */
public record Loss(String model, String kind, String field, String message) {

    static Loss of(String model, Diagnostic loss) {
        return new Loss(model, loss.kind().wireName(), loss.field(), loss.message());
    }
}
