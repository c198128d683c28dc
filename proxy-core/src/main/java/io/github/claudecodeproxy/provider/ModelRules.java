package io.github.claudecodeproxy.provider;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** A mapper of rules: the first whose condition holds decides. Immutable. */
public final class ModelRules implements ModelMapper {

    /**
     * What a name begins with that {@code /v1/models} makes of a model of an upstream, because Claude Code offers only
     * names that begin with {@code claude}.
     */
    public static final String OFFERED = "claude/";

    private final List<Rule> rules;
    private final ModelMapper otherwise;

    private ModelRules(List<Rule> rules, ModelMapper otherwise) {
        this.rules = List.copyOf(rules);
        this.otherwise = otherwise;
    }

    private record Rule(Predicate<ModelRequest> condition, ModelMapper mapper) {}

    /** A builder without rules. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public ModelTarget map(ModelRequest request) {
        for (Rule rule : rules) {
            if (rule.condition().test(request)) {
                return rule.mapper().map(request);
            }
        }
        return otherwise.map(request);
    }

    /** Collects rules in the order in which they are asked. Not thread-safe. */
    public static final class Builder {

        private final List<Rule> rules = new ArrayList<>();

        private Builder() {}

        /** A rule of your own. */
        public Builder when(Predicate<ModelRequest> condition, ModelMapper mapper) {
            rules.add(new Rule(condition, mapper));
            return this;
        }

        /**
         * What a person has typed as {@code upstream/model} goes there, and so does a name that was {@link #OFFERED}.
         *
         * @param upstreams the names of the upstreams, in lower case; copied
         */
        public Builder typedNames(Collection<String> upstreams) {
            Set<String> names = Set.copyOf(upstreams);
            when(
                    request -> !ModelTarget.parse(request.model(), names)
                            .upstream()
                            .equals(ModelTarget.MAIN),
                    request -> ModelTarget.parse(request.model(), names));
            return when(
                    request -> request.model().toLowerCase(Locale.ROOT).startsWith(OFFERED)
                            && request.model().length() > OFFERED.length(),
                    request -> ModelTarget.parse(request.model().substring(OFFERED.length()), names));
        }

        /** Models whose name fits. */
        public Builder named(ModelPattern pattern, ModelTarget target) {
            return when(request -> pattern.matches(request.model()), request -> target);
        }

        /** The mapper, with what decides when no condition holds. */
        public ModelRules otherwise(ModelMapper mapper) {
            return new ModelRules(rules, mapper);
        }
    }
}
