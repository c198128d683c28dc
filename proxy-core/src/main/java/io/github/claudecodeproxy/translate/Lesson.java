package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's refusal teaches about one of its models: how the data about provider and model differ from what they
 * said. Found by {@link Translation#lessons}, applied by {@link Translation#taught} and {@link
 * ClaudeOpenAiTranslator#translate(io.github.claudecodeproxy.claude.ClaudeRequest, java.util.Map,
 * java.util.Collection)}. Immutable.
 */
public final class Lesson {

    private final String field;
    private final ObjectNode provider;
    private final ObjectNode model;

    Lesson(String field, ObjectNode provider, ObjectNode model) {
        this.field = field;
        this.provider = provider;
        this.model = model;
    }

    /** The parameter that it is about; a later lesson about it stands in for this one. */
    public String field() {
        return field;
    }

    /**
     * What differs, in JSON: {@code provider} as an entry of a provider's {@code models} says it in a file of providers,
     * {@code model} as an entry of the file's {@code models} does.
     */
    public String change() {
        ObjectNode change = JsonNodeFactory.instance.objectNode();
        if (!provider.isEmpty()) {
            change.set("provider", provider);
        }
        if (!model.isEmpty()) {
            change.set("model", model);
        }
        return change.toString();
    }

    /** The profile as it holds when this is known. */
    ProviderProfile apply(ProviderProfile profile, String upstreamModel) {
        return profile.differing(upstreamModel, provider, model);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Lesson lesson
                && field.equals(lesson.field)
                && provider.equals(lesson.provider)
                && model.equals(lesson.model);
    }

    @Override
    public int hashCode() {
        return Objects.hash(field, provider, model);
    }

    @Override
    public String toString() {
        return field + " " + change();
    }
}
