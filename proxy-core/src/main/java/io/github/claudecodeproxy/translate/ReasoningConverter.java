package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ClaudeRequest.ThinkingConfig;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns thinking and effort into what the provider calls them; asks for nothing that was not asked for. */
final class ReasoningConverter {

    private static final List<String> LEVELS = List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");
    private static final String NONE = "none";
    private static final String ABSENT = "absent";

    private final ProviderProfile profile;
    private final ModelData model;
    private final Diagnostics diagnostics;
    private @Nullable String effort;

    ReasoningConverter(ProviderProfile profile, ModelData model, Diagnostics diagnostics) {
        this.profile = profile;
        this.model = model;
        this.diagnostics = diagnostics;
    }

    /** The value for {@code reasoning_effort}; null sends none. Call {@link #convert} first. */
    @Nullable
    String effort() {
        return effort;
    }

    /** Fills in the fields that only this provider knows, and the effort. */
    void convert(ClaudeRequest request, boolean withTools, Map<String, JsonNode> extra) {
        String wanted = wanted(request);
        switch (profile.reasoningControl()) {
            case NONE -> {
                if (wanted != null) {
                    diagnostics.add("thinking", "the provider has no control over reasoning");
                }
            }
            case REASONING_EFFORT -> effort = withTools ? besideTools(supported(wanted)) : supported(wanted);
            case THINKING_TYPE -> thinkingType(request.thinking(), wanted, extra);
            case REASONING_OBJECT -> reasoningObject(request.thinking(), wanted, extra);
            case TEMPLATE_KWARGS -> {
                templateKwargs(request.thinking(), extra);
                if (wanted != null && !wanted.equals(NONE)) {
                    diagnostics.add("output_config.effort", "the provider can only be told to reason or not");
                }
            }
        }
    }

    /** The effort that was asked for; null when none was. */
    private static @Nullable String wanted(ClaudeRequest request) {
        if (off(request.thinking())) {
            return NONE;
        }
        String effort = effort(request);
        if (effort != null) {
            return effort;
        }
        Integer budget = request.thinking() == null ? null : request.thinking().budgetTokens();
        return budget == null ? null : level(budget);
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

    private static boolean off(@Nullable ThinkingConfig thinking) {
        return thinking != null
                && (thinking.type().equals("disabled") || thinking.type().equals("between_tools"));
    }

    private static String level(int budget) {
        return budget < 2048 ? "low" : budget < 8192 ? "medium" : budget <= 24576 ? "high" : "xhigh";
    }

    /** The nearest level that the model takes: not above what was asked for, else its lowest. */
    private @Nullable String supported(@Nullable String wanted) {
        List<String> efforts = model.efforts() == null ? profile.efforts() : model.efforts();
        if (wanted == null) {
            return null;
        }
        if (efforts.isEmpty() || (efforts.equals(List.of(NONE)) && !wanted.equals(NONE))) {
            diagnostics.add("output_config.effort", "the model is not known to take an effort; not sent");
            return null;
        }
        String best = wanted.equals(NONE) ? efforts.get(0) : nearest(wanted, efforts);
        if (!best.equals(wanted)) {
            diagnostics.add(
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
            diagnostics.add("output_config.effort", "the model does not reason beside tools on this API");
        }
        return required.equals(ABSENT) ? null : required;
    }

    private void thinkingType(@Nullable ThinkingConfig thinking, @Nullable String wanted, Map<String, JsonNode> extra) {
        if (thinking != null) {
            extra.put("thinking", object("type", off(thinking) ? "disabled" : "enabled"));
        }
        // An effort beside disabled thinking is refused.
        effort = off(thinking) ? null : supported(wanted);
    }

    private static void reasoningObject(
            @Nullable ThinkingConfig thinking, @Nullable String wanted, Map<String, JsonNode> extra) {
        if (NONE.equals(wanted)) {
            extra.put("reasoning", JsonNodeFactory.instance.objectNode().put("enabled", false));
        } else if (wanted != null) {
            extra.put("reasoning", object("effort", wanted.equals("max") ? "xhigh" : wanted));
        } else if (thinking != null) {
            extra.put("reasoning", JsonNodeFactory.instance.objectNode().put("enabled", true));
        }
    }

    private static void templateKwargs(@Nullable ThinkingConfig thinking, Map<String, JsonNode> extra) {
        if (thinking != null) {
            extra.put(
                    "chat_template_kwargs",
                    JsonNodeFactory.instance.objectNode().put("enable_thinking", !off(thinking)));
        }
    }

    private static ObjectNode object(String field, String value) {
        return JsonNodeFactory.instance.objectNode().put(field, value);
    }
}
