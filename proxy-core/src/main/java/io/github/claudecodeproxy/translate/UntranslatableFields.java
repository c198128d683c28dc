package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.provider.ProviderProfile;
import io.github.claudecodeproxy.translate.Diagnostic.Kind;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of a request that Chat Completions has nothing for: some are refused, most are left out and reported. */
final class UntranslatableFields {

    /** Without these the answer would be another, so that leaving them out would be wrong. */
    private static final Map<String, String> REFUSED = Map.of(
            "container", "containers run on Anthropic's servers and are not available here",
            "mcp_servers", "MCP servers are called by Anthropic's servers, not here; let the client call them",
            "compaction", "is not available here; let the client compact the conversation",
            "thread", "threads are kept by Anthropic's servers, not here; send the whole conversation");

    private static final String THREAD = "thread";

    /** What only steers Anthropic's own service: the answer means the same without it. */
    private static final Set<String> HINTS = Set.of(
            "fallbacks",
            "fallback_credit_token",
            "diagnostics",
            "billing_policy",
            "safeguards",
            "speed",
            "user_profile_id");

    private static final String INFERENCE_GEO = "inference_geo";

    private UntranslatableFields() {}

    /** Throws for what cannot be left out. */
    static void refuse(ClaudeRequest request) {
        request.extra().forEach((field, value) -> {
            String reason = REFUSED.get(field);
            if (reason == null || value.isNull() || (value.isArray() && value.isEmpty())) {
                return;
            }
            ClaudeError error = ClaudeError.of(ClaudeError.Type.INVALID_REQUEST, field + ": " + reason);
            throw new ClaudeException(field.equals(THREAD) ? error.withErrorCode("thread_unsupported_request") : error);
        });
    }

    /** Reports what is left out. */
    static void report(ClaudeRequest request, ProviderProfile profile, Diagnostics diagnostics) {
        ProviderProfile.Parameters parameters = profile.parameters();
        hint(request.serviceTier() != null && !parameters.serviceTier(), "service_tier", diagnostics);
        hint(request.contextManagement() != null, "context_management", diagnostics);
        hint(userId(request) != null && parameters.userField() == null, "metadata.user_id", diagnostics);
        if (request.outputConfig() != null) {
            request.outputConfig().extra().forEach((field, value) -> {
                if (!value.isNull()) {
                    diagnostics.add(
                            field.equals("task_budget") ? Kind.HINT_DROPPED : Kind.UNKNOWN_FIELD,
                            "output_config." + ContentConverter.printable(field),
                            "the provider has nothing like it; not sent");
                }
            });
        }
        request.extra().forEach((field, value) -> {
            if (!value.isNull()) {
                other(field, parameters, diagnostics);
            }
        });
    }

    private static void other(String field, ProviderProfile.Parameters parameters, Diagnostics diagnostics) {
        if (field.equals(INFERENCE_GEO)) {
            diagnostics.add(Kind.PARAMETER_DROPPED, field, "where the answer is computed cannot be chosen here");
        } else if (HINTS.contains(field)) {
            hint(!(field.equals("speed") && parameters.fastServiceTier() != null), field, diagnostics);
        } else if (!REFUSED.containsKey(field)) {
            diagnostics.add(
                    Kind.UNKNOWN_FIELD, ContentConverter.printable(field), "unknown to this version and not sent");
        }
    }

    private static void hint(boolean present, String field, Diagnostics diagnostics) {
        if (present) {
            diagnostics.add(Kind.HINT_DROPPED, field, "the provider has nothing like it; not sent");
        }
    }

    static @Nullable String userId(ClaudeRequest request) {
        return request.metadata() == null ? null : request.metadata().userId();
    }
}
