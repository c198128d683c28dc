package io.github.claudecodeproxy.provider;

import java.util.ArrayList;
import java.util.List;

/** What is known of models, the first matching entry counts; the last matches every name. Immutable. */
public final class ModelCatalog {

    private final List<ModelData> entries;

    ModelCatalog(List<ModelData> entries) {
        this.entries = List.copyOf(entries);
    }

    /** What is known of a model, by the name that this provider has for it. */
    public ModelData of(String provider, String model) {
        for (ModelData entry : entries) {
            if ((entry.provider() == null || entry.provider().equals(provider))
                    && entry.match().matches(model)) {
                return entry;
            }
        }
        throw new IllegalStateException("models.json has no entry that matches every name");
    }

    /** These entries before the ones that are here. */
    ModelCatalog with(List<ModelData> first) {
        List<ModelData> all = new ArrayList<>(first);
        all.addAll(entries);
        return new ModelCatalog(all);
    }
}
