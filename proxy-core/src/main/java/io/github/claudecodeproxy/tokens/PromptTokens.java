package io.github.claudecodeproxy.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.InputMessage;
import io.github.claudecodeproxy.claude.Tool;
import io.github.claudecodeproxy.provider.ModelData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds up the parts of one prompt. Used by one thread. */
final class PromptTokens {

    /** OpenAI's documented formula: three for each message, one for its role, three before the answer. */
    private static final int PER_MESSAGE = 4;

    private static final int BEFORE_THE_ANSWER = 3;

    /** Id, type and braces of a call; id and role of its result. */
    private static final int PER_CALL = 8;

    /** What stands before and behind a list of tools, so that a model sees where it is. */
    private static final int AROUND_TOOLS = 12;

    /** A PDF page is about 2,000 tokens and, in base64, about 100,000 characters. */
    private static final int DOCUMENT_CHARACTERS_PER_TOKEN = 50;

    private final Measure measure;
    private final ImageTokens images;
    private double texts;
    private long whole;

    private PromptTokens(ModelData model, Measure measure) {
        this.measure = measure;
        this.images = new ImageTokens(model.imageTokens());
    }

    /** Measures what is not a number by itself, in tokens. */
    interface Measure {

        double text(String text);

        double json(JsonNode json);

        double tool(Tool tool);
    }

    /**
     * The tokens of a prompt.
     *
     * @param ratio what the measure's texts are multiplied with
     */
    static long of(ClaudeRequest request, ModelData model, Measure measure, double ratio) {
        PromptTokens prompt = new PromptTokens(model, measure);
        prompt.whole += BEFORE_THE_ANSWER;
        if (request.system() != null && !request.system().isEmpty()) {
            prompt.whole += PER_MESSAGE;
            prompt.blocks(request.system());
        }
        for (InputMessage message : request.messages()) {
            prompt.whole += PER_MESSAGE;
            prompt.blocks(message.content());
        }
        if (request.tools() != null && !request.tools().isEmpty()) {
            prompt.whole += AROUND_TOOLS;
            request.tools().forEach(tool -> prompt.texts += measure.tool(tool));
        }
        return prompt.whole + (long) Math.ceil(prompt.texts * ratio);
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
            whole += PER_CALL;
            text(use.name());
            json(use.input());
        } else if (block instanceof ContentBlock.ToolResult result) {
            whole += PER_CALL;
            blocks(result.content());
        } else if (block instanceof ContentBlock.Image image) {
            whole += images.of(image.source());
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

    private void text(@Nullable String text) {
        if (text != null) {
            texts += measure.text(text);
        }
    }

    private void json(@Nullable JsonNode json) {
        if (json != null) {
            texts += measure.json(json);
        }
    }
}
