package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.InputMessage;
import io.github.claudecodeproxy.claude.Tool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A quick estimate of a prompt's tokens. ASCII letters run at about four characters a token, digits, signs and other
 * alphabets at about two, ideographs at about one, and indentation costs next to nothing. A client that is told too few
 * tokens overflows the model, so an eighth is added.
 */
final class TokenEstimate {

    // Quarter tokens, so that counting needs no fractions.
    private static final int ASCII = 1;
    private static final int SIGN = 2;
    private static final int ALPHABETIC = 2;
    private static final int IDEOGRAPHIC = 4;

    private static final int PER_MESSAGE = 4;
    private static final int PER_TOOL = 8;

    /** The vendor's formula is width x height / 750, capped near this; dimensions are unknown without decoding. */
    private static final int PER_IMAGE = 1600;

    /** A PDF page is about 2,000 tokens and, in base64, about 100,000 characters. */
    private static final int DOCUMENT_CHARACTERS_PER_TOKEN = 50;

    private long quarters;
    private long whole;

    private TokenEstimate() {}

    static long of(ClaudeRequest request) {
        TokenEstimate estimate = new TokenEstimate();
        estimate.blocks(request.system());
        for (InputMessage message : request.messages()) {
            estimate.whole += PER_MESSAGE;
            estimate.blocks(message.content());
        }
        if (request.tools() != null) {
            request.tools().forEach(estimate::tool);
        }
        long quarters = estimate.quarters + estimate.quarters / 8;
        return estimate.whole + (quarters + 3) / 4;
    }

    private void tool(Tool tool) {
        whole += PER_TOOL;
        text(tool.name());
        text(tool.description());
        json(tool.inputSchema());
    }

    private void blocks(@Nullable List<ContentBlock> blocks) {
        if (blocks != null) {
            blocks.forEach(this::block);
        }
    }

    private void block(ContentBlock block) {
        if (block instanceof ContentBlock.Text text) {
            text(text.text());
        } else if (block instanceof ContentBlock.ToolUse use) {
            whole += PER_TOOL;
            text(use.name());
            json(use.input());
        } else if (block instanceof ContentBlock.ToolResult result) {
            whole += PER_TOOL;
            blocks(result.content());
        } else if (block instanceof ContentBlock.Image) {
            whole += PER_IMAGE;
        } else if (block instanceof ContentBlock.Document document) {
            text(document.title());
            text(document.context());
            source(document.source());
        } else if (block instanceof ContentBlock.SearchResult result) {
            text(result.title());
            blocks(result.content());
        } else if (block instanceof ContentBlock.Thinking thinking) {
            text(thinking.thinking());
        } else if (block instanceof ContentBlock.ToolReference reference) {
            text(reference.toolName());
        } else if (block instanceof ContentBlock.Unknown unknown) {
            json(unknown.json());
        }
    }

    private void source(ContentBlock.Source source) {
        blocks(source.content());
        if (source.type().equals("text")) {
            text(source.data());
        } else if (source.data() != null) {
            whole += source.data().length() / DOCUMENT_CHARACTERS_PER_TOKEN;
        }
    }

    /** Punctuation of JSON is counted as one character for each value and two for each name. */
    private void json(@Nullable JsonNode json) {
        if (json == null) {
            return;
        }
        quarters++;
        if (json.isTextual()) {
            text(json.textValue());
        } else if (json.isObject()) {
            json.properties().forEach(member -> {
                quarters += 2;
                text(member.getKey());
                json(member.getValue());
            });
        } else if (json.isArray()) {
            json.forEach(this::json);
        } else {
            text(json.asText());
        }
    }

    private void text(@Nullable String text) {
        if (text != null) {
            quarters += quarters(text);
        }
    }

    /** Quarter tokens of one text. */
    static long quarters(String text) {
        long sum = 0;
        char before = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            sum += c == ' ' && before == ' ' ? 0 : quarters(c);
            before = c;
        }
        return sum;
    }

    private static int quarters(char c) {
        if (c < 0x80) {
            return Character.isLetter(c) || c == ' ' || c == '\n' ? ASCII : SIGN;
        }
        return c < 0x2E80 ? ALPHABETIC : IDEOGRAPHIC;
    }
}
