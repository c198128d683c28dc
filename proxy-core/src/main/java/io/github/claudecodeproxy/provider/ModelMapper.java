package io.github.claudecodeproxy.provider;

import java.util.Locale;

/**
 * Decides which of the provider's models serves a requested model. Called once per request, from any thread; must not
 * block.
 */
@FunctionalInterface
public interface ModelMapper {

    /**
     * The target for a requested model.
     *
     * @param requestedModel the model as the client named it, never null
     * @return where the call goes, never null
     */
    ModelTarget map(String requestedModel);

    /**
     * Maps Claude's three tiers: a name that contains {@code haiku} goes to {@code small}, {@code sonnet} to
     * {@code middle}, {@code opus} and every other Claude name to {@code big}. Any other name is a model of the
     * provider and passes unchanged.
     */
    static ModelMapper tiers(String big, String middle, String small) {
        ModelTarget bigTarget = new ModelTarget(big);
        ModelTarget middleTarget = new ModelTarget(middle);
        ModelTarget smallTarget = new ModelTarget(small);
        return requested -> {
            String name = requested.toLowerCase(Locale.ROOT);
            if (name.contains("haiku")) {
                return smallTarget;
            }
            if (name.contains("sonnet")) {
                return middleTarget;
            }
            if (name.contains("opus") || name.contains("claude")) {
                return bigTarget;
            }
            return new ModelTarget(requested);
        };
    }
}
