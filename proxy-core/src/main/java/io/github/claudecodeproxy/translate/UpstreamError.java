package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an upstream says about a failure, in whatever shape it says it. Immutable.
 *
 * @param message its words, short, without markup and without anything that looks like a key; possibly empty
 * @param code its code and type, in lower case, for matching
 * @param json the error object, for numbers in it
 */
record UpstreamError(String message, String code, JsonNode json) {

    private static final int LONGEST = 2000;
    private static final Pattern MARKUP = Pattern.compile("(?is)<(script|style)\\b.*?</\\1>|<[^>]*>");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern SECRET = Pattern.compile(
            "(?i)\\b(bearer\\s+)[^\\s\"',]{8,}|\\b(?:sk|pk|rk|gsk|xai|hf|key|api-?key|AIza)[-_][^\\s\"',]{6,}|\\bAIza[\\w-]{10,}");

    /** Reads an error object, a string, or an answer that holds one of them. */
    static UpstreamError of(JsonNode body) {
        JsonNode root = body.isArray() && !body.isEmpty() ? body.get(0) : body;
        JsonNode error = root.hasNonNull("error") ? root.get("error") : root;
        if (error.isTextual()) {
            return new UpstreamError(clean(error.textValue()), code(root), root);
        }
        return new UpstreamError(clean(message(error)), code(error), error);
    }

    /** Takes a body that is no JSON. */
    static UpstreamError ofText(String body) {
        return new UpstreamError(clean(body), "", MissingNode.getInstance());
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
                        + error.path("innererror").path("code").asText())
                .toLowerCase(Locale.ROOT);
    }

    static String clean(String text) {
        String plain = text.indexOf('<') >= 0 ? MARKUP.matcher(text).replaceAll(" ") : text;
        String masked = SECRET.matcher(plain).replaceAll("[masked]");
        String oneLine = SPACE.matcher(masked).replaceAll(" ").strip();
        return oneLine.length() > LONGEST ? oneLine.substring(0, LONGEST) + "..." : oneLine;
    }

    /** The same without these texts in the message. */
    UpstreamError without(Set<String> secrets) {
        String masked = message;
        for (String secret : secrets) {
            masked = masked.replace(secret, "[masked]");
        }
        return new UpstreamError(masked, code, json);
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
