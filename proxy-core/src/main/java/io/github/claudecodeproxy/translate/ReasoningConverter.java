package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ClaudeRequest.ThinkingConfig;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns thinking and effort into what the provider calls them; asks for nothing that was not asked for. */
final class ReasoningConverter {

    /** The efforts that there are, lowest first. */
    static final List<String> LEVELS = List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");
    /** Anthropic's least; hosts with budgets refuse smaller ones, too. */
    private static final int LEAST_BUDGET = 1024;

    private static final String NONE = "none";
    private static final String ABSENT = "absent";
    private static final String MINIMAL = "minimal";
    private static final String LOW = "low";

    private final ProviderProfile.Reasoning reasoning;
    private final ModelData model;
    private final boolean besideTools;
    private final Diagnostics diagnostics;
    private @Nullable String effort;
    private boolean searching;

    ReasoningConverter(ProviderProfile profile, ModelData model, Diagnostics diagnostics) {
        this.reasoning = profile.reasoning();
        this.besideTools = profile.api() == ProviderProfile.Api.RESPONSES;
        this.model = model;
        this.diagnostics = diagnostics;
    }

    /** The value for {@code reasoning_effort}; null sends none. Call {@link #convert} first. */
    @Nullable
    String effort() {
        return effort;
    }

    /** Whether the client asks for reasoning, by a switch or by an effort. */
    static boolean wanted(ClaudeRequest request) {
        return !off(request.thinking()) && (request.thinking() != null || effort(request) != null);
    }

    /** Fills in the fields that only this provider knows, and the effort. */
    void convert(ClaudeRequest request, boolean withTools, boolean withSearch, Map<String, JsonNode> extra) {
        searching = withSearch;
        if (off(request.thinking())) {
            off(withTools, extra);
        } else {
            on(request, withTools, extra);
        }
    }

    private void off(boolean withTools, Map<String, JsonNode> extra) {
        if (reasoning.off() == null) {
            if (reasoning.effortField() != null) {
                effort(NONE, withTools, extra);
            } else if (reasoning.on() != null) {
                diagnostics.add(Kind.PARAMETER_DROPPED, "thinking", "the model cannot be told not to reason");
            }
        } else if (reasoning.off().isEmpty()) {
            diagnostics.add(Kind.PARAMETER_DROPPED, "thinking", "the model cannot be told not to reason");
        } else {
            Body.merge(reasoning.off(), extra);
        }
    }

    private void on(ClaudeRequest request, boolean withTools, Map<String, JsonNode> extra) {
        if (request.thinking() != null && reasoning.on() != null) {
            Body.merge(reasoning.on(), extra);
        }
        String asked = effort(request);
        Integer budget = request.thinking() == null ? null : request.thinking().budgetTokens();
        if (asked == null && budget != null && reasoning.budgetField() != null) {
            budget(reasoning.budgetField(), budget, extra);
        } else {
            effort(asked != null ? asked : budget == null ? null : level(budget), withTools, extra);
        }
    }

    private void budget(String field, int wanted, Map<String, JsonNode> extra) {
        int budget = Math.max(wanted, LEAST_BUDGET);
        if (budget != wanted) {
            diagnostics.add(Kind.PARAMETER_CHANGED, "thinking.budget_tokens", "sent as " + budget);
        }
        if (reasoning.budgetBeside() != null) {
            Body.merge(reasoning.budgetBeside(), extra);
        }
        Body.put(field, IntNode.valueOf(budget), extra);
    }

    private void effort(@Nullable String wanted, boolean withTools, Map<String, JsonNode> extra) {
        if (reasoning.effortField() == null) {
            if (wanted != null) {
                diagnostics.add(Kind.PARAMETER_DROPPED, "output_config.effort", "the provider takes no effort");
            }
            return;
        }
        String level = withTools && !besideTools ? besideTools(supported(wanted)) : supported(wanted);
        if (reasoning.effortField().equals("reasoning_effort")) {
            effort = level;
        } else if (level != null) {
            Body.put(reasoning.effortField(), TextNode.valueOf(level), extra);
        }
    }

    /** The latest message that sets an effort wins over the request's own. */
    private static @Nullable String effort(ClaudeRequest request) {
        for (int i = request.messages().size() - 1; i >= 0; i--) {
            JsonNode config = request.messages().get(i).outputConfig();
            if (config != null && config.path("effort").isTextual()) {
                return config.path("effort").textValue();
            }
        }
        return request.outputConfig() == null ? null : request.outputConfig().effort();
    }

    /** Whether the client switches reasoning off. */
    static boolean off(@Nullable ThinkingConfig thinking) {
        return thinking != null
                && (thinking.type().equals("disabled") || thinking.type().equals("between_tools"));
    }

    private static String level(int budget) {
        return budget < 2048 ? "low" : budget < 8192 ? "medium" : budget <= 24576 ? "high" : "xhigh";
    }

    /** The nearest level that the model takes: not above what was asked for, else its lowest. */
    private @Nullable String supported(@Nullable String wanted) {
        List<String> efforts = model.efforts() == null ? reasoning.efforts() : model.efforts();
        if (wanted == null) {
            return null;
        }
        if (efforts.isEmpty() || (efforts.equals(List.of(NONE)) && !wanted.equals(NONE))) {
            diagnostics.add(
                    Kind.PARAMETER_DROPPED,
                    "output_config.effort",
                    "the model is not known to take an effort; not sent");
            return null;
        }
        String best = wanted.equals(NONE) ? efforts.get(0) : nearest(wanted, efforts);
        // With that little thought, OpenAI does not let a model search.
        best = searching && best.equals(MINIMAL) ? LOW : best;
        if (!best.equals(wanted)) {
            diagnostics.add(
                    Kind.PARAMETER_CHANGED,
                    "output_config.effort",
                    "the model does not take '" + ContentConverter.printable(wanted) + "'; sent as '" + best + "'");
        }
        return best;
    }

    /** The highest level up to the wanted one; above all of none, because reasoning was asked for. */
    private static String nearest(String wanted, List<String> efforts) {
        List<String> levels =
                efforts.stream().filter(level -> !level.equals(NONE)).toList();
        int most = LEVELS.contains(wanted) ? LEVELS.indexOf(wanted) : LEVELS.size();
        String best = levels.get(0);
        for (String level : levels) {
            if (LEVELS.indexOf(level) <= most) {
                best = level;
            }
        }
        return best;
    }

    private @Nullable String besideTools(@Nullable String supported) {
        String required = model.effortWithTools();
        if (required == null) {
            return supported;
        }
        if (supported != null && !supported.equals(required)) {
            diagnostics.add(
                    Kind.PARAMETER_DROPPED,
                    "output_config.effort",
                    "the model does not reason beside tools on this API");
        }
        return required.equals(ABSENT) ? null : required;
    }
}
