package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.upstream.CredentialSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the key of an upstream comes from. Immutable.
 *
 * @param label what people call it: the name of a variable
 * @param fixed the key, where it never changes; null where it may
 * @param supplier gives it
 */
record UpstreamKey(String label, @Nullable String fixed, CredentialSupplier supplier) {

    static UpstreamKey of(String label, String key) {
        return new UpstreamKey(label, key, CredentialSupplier.fixed(key));
    }

    static UpstreamKey of(String label, CredentialSupplier supplier) {
        return new UpstreamKey(label, null, supplier);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return label;
    }
}
