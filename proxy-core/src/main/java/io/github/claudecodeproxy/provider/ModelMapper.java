package io.github.claudecodeproxy.provider;

import java.util.Locale;

/**
 * Decides which model serves a request. Called once per request, from any thread; must not block. {@link ModelRules}
 * makes one of conditions.
 */
@FunctionalInterface
public interface ModelMapper {

    /**
     * The target for a request.
     *
     * @param request what is asked for, never null
     * @return where the call goes, never null
     */
    ModelTarget map(ModelRequest request);

    /**
     * Maps Claude's three tiers: a name that contains {@code haiku} goes to {@code small}, {@code sonnet} to
     * {@code middle}, {@code opus} and every other Claude name to {@code big}. Any other name is a model of the
     * provider and passes unchanged.
     */
    static ModelMapper tiers(String big, String middle, String small) {
        return tiers(new ModelTarget(big), new ModelTarget(middle), new ModelTarget(small));
    }

    /** The same with targets, which may be at different upstreams. */
    static ModelMapper tiers(ModelTarget big, ModelTarget middle, ModelTarget small) {
        return request -> {
            String name = request.model().toLowerCase(Locale.ROOT);
            if (name.contains("haiku")) {
                return small;
            }
            if (name.contains("sonnet")) {
                return middle;
            }
            if (name.contains("opus") || name.contains("claude")) {
                return big;
            }
            return new ModelTarget(request.model());
        };
    }
}
