package io.github.claudecodeproxy.http;

import io.github.claudecodeproxy.provider.ModelMapper;
import io.github.claudecodeproxy.provider.ModelPattern;
import io.github.claudecodeproxy.provider.ModelRequest;
import io.github.claudecodeproxy.provider.ModelRules;
import io.github.claudecodeproxy.provider.ModelTarget;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The variables that say which model serves which request, besides those of the three tiers. */
final class RoutingVariables {

    static final String MODEL_MAP = "MODEL_MAP";
    static final String IMAGE_MODEL = "IMAGE_MODEL";
    static final String LONG_CONTEXT_MODEL = "LONG_CONTEXT_MODEL";
    static final String LONG_CONTEXT_THRESHOLD = "LONG_CONTEXT_THRESHOLD";
    static final String SUBAGENT_MODEL = "SUBAGENT_MODEL";
    static final String THINKING_MODEL = "THINKING_MODEL";
    static final String FALLBACK_MODELS = "FALLBACK_MODELS";

    static final List<String> NAMES = List.of(
            MODEL_MAP,
            IMAGE_MODEL,
            LONG_CONTEXT_MODEL,
            LONG_CONTEXT_THRESHOLD,
            SUBAGENT_MODEL,
            THINKING_MODEL,
            FALLBACK_MODELS);

    /** Where nothing is known of the big model's window. */
    private static final int LONG = 60_000;

    /** The answer needs a part of the window, and an estimate is not exact. */
    private static final double SHARE_OF_THE_WINDOW = 0.75;

    private final Map<String, String> variables;
    private final Set<String> upstreams;
    private final BiConsumer<String, String> problems;

    /**
     * Reads routing.
     *
     * @param upstreams the names of the upstreams
     * @param problems told the variable and what is wrong with it
     */
    RoutingVariables(Map<String, String> variables, Set<String> upstreams, BiConsumer<String, String> problems) {
        this.variables = variables;
        this.upstreams = upstreams;
        this.problems = problems;
    }

    /** Who is asked when the chosen model has failed. */
    List<ModelTarget> fallbacks() {
        String value = variables.getOrDefault(FALLBACK_MODELS, "");
        if (value.isBlank()) {
            return List.of();
        }
        return Arrays.stream(value.split(",", -1))
                .map(model -> target(FALLBACK_MODELS, model))
                .filter(target -> !target.model().isEmpty())
                .toList();
    }

    /**
     * The rules; null when there are none. What a request needs comes before what somebody would like, and both only for
     * Claude's own names: whoever has typed another name means it.
     *
     * @param window of the big model; null when it is not known
     */
    @Nullable
    ModelMapper rules(ModelMapper tiers, @Nullable Integer window) {
        ModelRules.Builder rules = ModelRules.builder().typedNames(upstreams);
        boolean any = rule(rules, IMAGE_MODEL, ModelRequest::images);
        long threshold = threshold(window);
        any |= rule(rules, LONG_CONTEXT_MODEL, request -> request.promptTokens() > threshold);
        any |= map(rules);
        any |= rule(rules, SUBAGENT_MODEL, ModelRequest::subAgent);
        any |= rule(rules, THINKING_MODEL, request -> request.thinking() && !small(request));
        return any ? rules.otherwise(tiers) : null;
    }

    private boolean rule(ModelRules.Builder rules, String variable, Predicate<ModelRequest> condition) {
        String model = text(variable);
        if (model == null) {
            return false;
        }
        ModelTarget target = target(variable, model);
        rules.when(request -> claude(request) && condition.test(request), request -> target);
        return true;
    }

    /** What works in the background does not think. */
    private static boolean small(ModelRequest request) {
        return request.model().toLowerCase(Locale.ROOT).contains("haiku");
    }

    private static boolean claude(ModelRequest request) {
        String name = request.model().toLowerCase(Locale.ROOT);
        return name.contains("claude") || name.contains("opus") || name.contains("sonnet") || name.contains("haiku");
    }

    private long threshold(@Nullable Integer window) {
        String value = text(LONG_CONTEXT_THRESHOLD);
        if (value == null) {
            return window == null ? LONG : Math.round(window * SHARE_OF_THE_WINDOW);
        }
        if (text(LONG_CONTEXT_MODEL) == null) {
            problems.accept(LONG_CONTEXT_THRESHOLD, "is of no use without " + LONG_CONTEXT_MODEL);
        }
        try {
            int number = Integer.parseInt(value.strip());
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same problem as a number that is too small
        }
        problems.accept(LONG_CONTEXT_THRESHOLD, "must be a whole number, at least 1");
        return LONG;
    }

    private boolean map(ModelRules.Builder rules) {
        String value = text(MODEL_MAP);
        if (value == null) {
            return false;
        }
        for (String entry : value.split(",", -1)) {
            int sign = entry.indexOf('=');
            if (sign < 1 || sign == entry.length() - 1 || entry.isBlank()) {
                problems.accept(
                        MODEL_MAP,
                        "must be a list of NAME=MODEL, with commas between; a * in NAME stands for any text");
                return false;
            }
            rules.named(
                    ModelPattern.of(entry.substring(0, sign).strip()), target(MODEL_MAP, entry.substring(sign + 1)));
        }
        return true;
    }

    private ModelTarget target(String variable, String text) {
        String model = text.strip();
        if (model.isEmpty() || model.chars().anyMatch(Character::isISOControl)) {
            problems.accept(variable, "has a place for a model's name with nothing in it, or with control characters");
        }
        return ModelTarget.parse(model, upstreams);
    }

    private @Nullable String text(String variable) {
        String value = variables.get(variable);
        return value == null || value.isBlank() ? null : value;
    }
}
