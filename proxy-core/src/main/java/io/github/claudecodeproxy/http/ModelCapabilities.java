package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.util.List;
import java.util.Map;

/** What a model can do, in the form of the Models API, from what is known of it and of its provider. */
final class ModelCapabilities {

    /** The API's efforts. */
    private static final List<String> EFFORTS = List.of("low", "medium", "high", "xhigh", "max");

    private ModelCapabilities() {}

    static ObjectNode of(ProviderProfile provider, ModelData model) {
        ProviderProfile.Reasoning reasoning = provider.reasoning();
        List<String> efforts = model.efforts() == null ? reasoning.efforts() : model.efforts();
        boolean effort = reasoning.effortField() != null && !efforts.isEmpty();
        boolean thinking = effort || reasoning.on() != null || reasoning.budgetField() != null;
        ObjectNode capabilities = ClaudeJson.mapper().createObjectNode();
        Map.of(
                        "image_input", model.images(),
                        "pdf_input", provider.conversation().files() != ProviderProfile.Files.NONE,
                        "structured_outputs",
                                provider.parameters().structuredOutput()
                                        == ProviderProfile.StructuredOutput.JSON_SCHEMA,
                        "batch", false,
                        "citations", false,
                        "code_execution", false,
                        "context_management", false,
                        "server_tools", false)
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> supported(capabilities, entry.getKey(), entry.getValue()));
        ObjectNode levels = supported(capabilities, "effort", effort);
        EFFORTS.forEach(level -> supported(levels, level, effort && efforts.contains(level)));
        ObjectNode types = supported(capabilities, "thinking", thinking).putObject("types");
        List.of("adaptive", "between_tools", "enabled").forEach(type -> supported(types, type, thinking));
        supported(types, "disabled", true);
        return capabilities;
    }

    private static ObjectNode supported(ObjectNode parent, String name, boolean value) {
        return parent.putObject(name).put("supported", value);
    }
}
