package io.github.claudecodeproxy.http;

import java.util.List;
import java.util.Map;

/** Stub. */
public final class ProxySettings {
    private ProxySettings() {}

    /** Stub; throws SettingsException with all problems. */
    public static ProxySettings read(Map<String, String> variables) {
        throw new UnsupportedOperationException();
    }

    /** What works but probably not as meant, one line each; never a secret. */
    public List<String> warnings() {
        throw new UnsupportedOperationException();
    }
}
