package io.github.claudecodeproxy.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.Tool;
import io.github.claudecodeproxy.provider.ModelData;
import org.jspecify.annotations.Nullable;

/**
 * A quick estimate of tokens. ASCII letters run at about four characters a token, digits, signs and other alphabets at
 * about two, ideographs at about one, and indentation costs next to nothing. A client that is told too few tokens
 * overflows the model, so an eighth is added to prompts.
 */
public final class TokenEstimate {

    // Quarter tokens, so that counting needs no fractions.
    private static final int ASCII = 1;
    private static final int SIGN = 2;
    private static final int ALPHABETIC = 2;
    private static final int IDEOGRAPHIC = 4;

    private static final double PROMPT = 1.125 / 4;
    private static final int PER_TOOL = 8 * 4;

    private static final byte[] OF_ASCII = new byte[128];

    static {
        for (char c = 0; c < 128; c++) {
            OF_ASCII[c] = (byte) (Character.isLetter(c) || c == ' ' || c == '\n' ? ASCII : SIGN);
        }
    }

    private TokenEstimate() {}

    /** Tokens of a prompt, probably a little more than there are. */
    public static long of(ClaudeRequest request, ModelData model) {
        return PromptTokens.of(request, model, ESTIMATE, model.tokenRatio());
    }

    /** Quarter tokens of one text, neither more nor less than there probably are. */
    public static long quarters(String text) {
        return quarters(text, 0);
    }

    static long quarters(String text, int from) {
        long sum = 0;
        char before = 0;
        int length = text.length();
        for (int i = from; i < length; i++) {
            char c = text.charAt(i);
            if (c < 128) {
                sum += c == ' ' && before == ' ' ? 0 : OF_ASCII[c];
            } else {
                sum += c < 0x2E80 ? ALPHABETIC : IDEOGRAPHIC;
            }
            before = c;
        }
        return sum;
    }

    private static final PromptTokens.Measure ESTIMATE = new PromptTokens.Measure() {
        @Override
        public double text(String text) {
            return quarters(text, 0) * PROMPT;
        }

        @Override
        public double json(JsonNode json) {
            return ofJson(json) * PROMPT;
        }

        @Override
        public double tool(Tool tool) {
            return (PER_TOOL + ofText(tool.name()) + ofText(tool.description()) + ofJson(tool.inputSchema())) * PROMPT;
        }
    };

    /** Punctuation of JSON is counted as one character for each value and two for each name. */
    private static long ofJson(@Nullable JsonNode json) {
        if (json == null) {
            return 0;
        }
        if (json.isTextual()) {
            return 1 + quarters(json.textValue(), 0);
        }
        long sum = 1;
        if (json.isObject()) {
            for (var member : json.properties()) {
                sum += 2 + quarters(member.getKey(), 0) + ofJson(member.getValue());
            }
        } else if (json.isArray()) {
            for (JsonNode element : json) {
                sum += ofJson(element);
            }
        } else {
            sum += quarters(json.asText(), 0);
        }
        return sum;
    }

    private static long ofText(@Nullable String text) {
        return text == null ? 0 : quarters(text, 0);
    }
}
