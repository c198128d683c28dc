package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an upstream says about a failure, in whatever shape it says it. Immutable.
 *
 * @param message its words, short, on one line and without anything that looks like a key; possibly empty
 * @param code its codes and types, in lower case, for matching
 * @param status the HTTP status that it names, 0 when it names none
 * @param json the error object, for numbers in it
 */
record UpstreamError(String message, String code, int status, JsonNode json) {

    private static final String WRAPPED = "Provider returned error";
    /** A gateway behind a gateway behind a gateway. */
    private static final int DEEPEST = 3;

    /** Reads an error object, a string, or an answer that holds one of them. */
    static UpstreamError of(JsonNode body, UpstreamWords words) {
        return of(body, words, 0);
    }

    /** Takes a body that is no JSON. */
    static UpstreamError ofText(String body, UpstreamWords words) {
        return new UpstreamError(words.cleanMarkup(body), "", 0, MissingNode.getInstance());
    }

    private static UpstreamError of(JsonNode body, UpstreamWords words, int depth) {
        JsonNode root = body.isArray() && !body.isEmpty() ? body.get(0) : body;
        JsonNode error = error(root);
        if (error.isTextual()) {
            return new UpstreamError(words.clean(error.textValue()), code(root), status(root), root);
        }
        UpstreamError outer = new UpstreamError(words.clean(message(error)), code(error), status(error), error);
        JsonNode raw = error.path("metadata").path("raw");
        boolean wrapped = outer.message.isEmpty() || outer.message.equalsIgnoreCase(WRAPPED);
        return wrapped && depth < DEEPEST ? outer.unwrapped(raw, words, depth) : outer;
    }

    /** Some servers send {@code "error": false} beside their words. */
    private static JsonNode error(JsonNode root) {
        JsonNode error = root.path("error");
        boolean empty = error.isTextual() ? error.textValue().isBlank() : error.isEmpty();
        if (!empty) {
            return error;
        }
        return root.path("base_resp").isObject() ? root.get("base_resp") : root;
    }

    /** OpenRouter says only that there was an error, and what its provider said beside it. */
    private UpstreamError unwrapped(JsonNode raw, UpstreamWords words, int depth) {
        JsonNode json = raw.isTextual() ? json(raw.textValue()) : raw;
        if (json == null) {
            return quoting(words.cleanMarkup(raw.textValue()), words);
        }
        UpstreamError inner = of(json, words, depth + 1);
        if (inner.message.isEmpty()) {
            return quoting(json.isEmpty() ? "" : words.clean(json.toString()), words);
        }
        int known = status != 0 ? status : inner.status;
        return new UpstreamError(inner.message, code + " " + inner.code, known, inner.json);
    }

    private UpstreamError quoting(String plain, UpstreamWords words) {
        return plain.isEmpty() ? this : new UpstreamError(words.clean(WRAPPED + ": " + plain), code, status, json);
    }

    private static @Nullable JsonNode json(String text) {
        if (!text.stripLeading().startsWith("{") && !text.stripLeading().startsWith("[")) {
            return null;
        }
        try {
            JsonNode json = ClaudeJson.mapper().readTree(text);
            return json != null && json.isContainerNode() && !json.isEmpty() ? json : null;
        } catch (JsonProcessingException notJson) {
            return null;
        }
    }

    private static String message(JsonNode error) {
        for (String field : new String[] {"message", "msg", "detail", "status_msg", "error_description"}) {
            JsonNode value = error.path(field);
            if (value.isTextual()) {
                return value.textValue();
            }
            if (value.isContainerNode()) {
                return value.toString();
            }
        }
        return "";
    }

    private static String code(JsonNode error) {
        return (error.path("code").asText() + " " + error.path("type").asText() + " "
                        + error.path("status").asText() + " "
                        + error.path("innererror").path("code").asText())
                .toLowerCase(Locale.ROOT);
    }

    private static int status(JsonNode error) {
        for (String field : new String[] {"code", "status", "status_code"}) {
            int number = error.path(field).asInt(0);
            if (number >= 400 && number <= 599) {
                return number;
            }
        }
        return miniMax(error.path("status_code").asInt(0));
    }

    /** MiniMax has numbers of its own. */
    private static int miniMax(int code) {
        return switch (code) {
            case 1001 -> 504;
            case 1002, 1039, 1041, 2045, 2056 -> 429;
            case 1004, 2049 -> 401;
            case 1008 -> 402;
            case 1026, 1027, 1042, 2013 -> 400;
            default -> 0;
        };
    }

    boolean says(String... words) {
        String lower = message.toLowerCase(Locale.ROOT);
        for (String word : words) {
            if (code.contains(word) || lower.contains(word)) {
                return true;
            }
        }
        return false;
    }

    boolean hasCode(String... codes) {
        for (String wanted : codes) {
            if (code.contains(wanted)) {
                return true;
            }
        }
        return false;
    }
}
