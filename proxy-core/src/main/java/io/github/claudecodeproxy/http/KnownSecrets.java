package io.github.claudecodeproxy.http;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What no client may be told, also where it changes: of each key that, the one in use and the one before. Thread-safe. */
final class KnownSecrets implements Supplier<Set<String>> {

    /** Shorter ones are placeholders such as "dummy" or "none", which are parts of ordinary words. */
    private static final int SHORTEST = 8;

    private final Set<String> fixed;
    private final Map<String, Pair> changing = new HashMap<>();
    private volatile Set<String> all;

    KnownSecrets(Set<String> fixed) {
        this.fixed = Set.copyOf(fixed);
        this.all = union();
    }

    private record Pair(String current, @Nullable String before) {}

    /** From now on this one is in use. */
    synchronized void use(String label, String key) {
        Pair known = changing.get(label);
        if (known == null || !known.current().equals(key)) {
            changing.put(label, new Pair(key, known == null ? null : known.current()));
            all = union();
        }
    }

    @Override
    public Set<String> get() {
        return all;
    }

    private Set<String> union() {
        Set<String> union = new HashSet<>(fixed);
        for (Pair pair : changing.values()) {
            union.add(pair.current());
            if (pair.before() != null) {
                union.add(pair.before());
            }
        }
        union.removeIf(secret -> secret.length() < SHORTEST);
        return Set.copyOf(union);
    }
}
