package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.util.List;

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
        supported(capabilities, "batch", false);
        supported(capabilities, "citations", false);
        supported(capabilities, "code_execution", false);
        supported(capabilities, "context_management", false);
        supported(capabilities, "image_input", model.images());
        supported(capabilities, "pdf_input", provider.conversation().files() != ProviderProfile.Files.NONE);
        supported(capabilities, "structured_outputs", schemas(provider));
        boolean search = provider.api() != ProviderProfile.Api.CHAT
                && provider.responses().webSearch();
        ObjectNode serverTools = supported(capabilities, "server_tools", search);
        supported(serverTools, "code_execution", false);
        supported(serverTools, "web_search", search);
        ObjectNode levels = supported(capabilities, "effort", effort);
        EFFORTS.forEach(level -> supported(levels, level, effort && efforts.contains(level)));
        ObjectNode types = supported(capabilities, "thinking", thinking).putObject("types");
        List.of("adaptive", "between_tools", "enabled").forEach(type -> supported(types, type, thinking));
        supported(types, "disabled", true);
        return capabilities;
    }

    private static boolean schemas(ProviderProfile provider) {
        return provider.parameters().structuredOutput() == ProviderProfile.StructuredOutput.JSON_SCHEMA;
    }

    private static ObjectNode supported(ObjectNode parent, String name, boolean value) {
        return parent.putObject(name).put("supported", value);
    }
}
