package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that an upstream lists. Immutable.
 *
 * @param id its name
 * @param contextWindow its window in tokens, where the upstream says it
 */
record ListedModel(String id, @Nullable Integer contextWindow) {

    private static final int MOST = 1000;
    private static final int LONGEST_ID = 256;

    /** vLLM, OpenRouter, llama.cpp, and others that say the same in other words. */
    private static final List<String> WINDOWS =
            List.of("/max_model_len", "/context_length", "/meta/n_ctx", "/context_window", "/max_context_length");

    /**
     * Reads a list.
     *
     * @throws IOException when it is no JSON
     */
    static List<ListedModel> of(byte[] body) throws IOException {
        return of(ClaudeJson.mapper().readTree(body));
    }

    static List<ListedModel> of(JsonNode list) {
        List<ListedModel> models = new ArrayList<>();
        for (JsonNode model : list.path("data")) {
            String id = model.path("id").asText();
            boolean usable =
                    !id.isBlank() && id.length() <= LONGEST_ID && id.chars().noneMatch(Character::isISOControl);
            if (usable && models.size() < MOST) {
                models.add(new ListedModel(id, window(model)));
            }
        }
        return List.copyOf(models);
    }

    private static @Nullable Integer window(JsonNode model) {
        for (String path : WINDOWS) {
            JsonNode window = model.at(path);
            if (window.isInt() && window.intValue() > 0) {
                return window.intValue();
            }
        }
        return null;
    }
}
