package io.github.claudecodeproxy.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is known of models, the first matching entry counts; the last matches every name. Thread-safe, never changes. */
public final class ModelCatalog {

    private final List<Entry> entries;

    ModelCatalog(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** What is known of a model, by the name that this provider has for it. */
    public ModelData of(String provider, String model) {
        for (Entry entry : entries) {
            if (entry.holdsFor(provider, model)) {
                return entry.data();
            }
        }
        throw new IllegalStateException("models.json has no entry that matches every name");
    }

    /** These entries before the ones that are here. */
    ModelCatalog with(List<Entry> first) {
        List<Entry> all = new ArrayList<>(first);
        all.addAll(entries);
        return new ModelCatalog(all);
    }

    /** An entry, which is read when a model needs it first: a program needs a few of them. Thread-safe. */
    static final class Entry {

        private final ModelPattern match;
        private final @Nullable String provider;
        private final Supplier<ModelData> reading;
        private volatile @Nullable ModelData data;

        /**
         * An entry.
         *
         * @param match the names that it holds for
         * @param provider the provider that it holds for; null for all
         * @param reading reads it; gives the same whenever it is asked
         */
        Entry(ModelPattern match, @Nullable String provider, Supplier<ModelData> reading) {
            this.match = match;
            this.provider = provider;
            this.reading = reading;
        }

        private boolean holdsFor(String name, String model) {
            return (provider == null || provider.equals(name)) && match.matches(model);
        }

        ModelData data() {
            ModelData read = data;
            if (read == null) {
                read = reading.get();
                data = read;
            }
            return read;
        }
    }
}
