package io.github.claudecodeproxy.translate;

import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.InputMessage;
import io.github.claudecodeproxy.provider.ModelData;
import io.github.claudecodeproxy.provider.ModelRequest;
import io.github.claudecodeproxy.tokens.TokenEstimate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as a mapper sees it. Used by one thread. */
final class MappedRequest implements ModelRequest {

    private static final String LONG_CONTEXT = "[1m]";
    private static final String AGENT_HEADER = "x-claude-code-agent-id";

    private final ClaudeRequest request;
    private final ModelData unknown;
    private final boolean subAgent;
    private long tokens = -1;

    /**
     * A request.
     *
     * @param headers the client's, by lower-case name
     * @param unknown what is known of a model of which nothing is known, as long as none is chosen
     */
    MappedRequest(ClaudeRequest request, Map<String, String> headers, ModelData unknown) {
        this.request = request;
        this.unknown = unknown;
        this.subAgent = headers.containsKey(AGENT_HEADER);
    }

    @Override
    public String model() {
        String requested = request.model();
        // Claude Code marks models with a long context so; it is no part of the name.
        return requested.endsWith(LONG_CONTEXT)
                ? requested.substring(0, requested.length() - LONG_CONTEXT.length())
                : requested;
    }

    @Override
    public boolean thinking() {
        return request.thinking() != null && !request.thinking().type().equals("disabled");
    }

    @Override
    public boolean images() {
        return request.messages().stream().map(InputMessage::content).anyMatch(MappedRequest::hasImage);
    }

    private static boolean hasImage(@Nullable List<ContentBlock> blocks) {
        return blocks != null && blocks.stream().anyMatch(MappedRequest::isImage);
    }

    private static boolean isImage(ContentBlock block) {
        return block instanceof ContentBlock.ToolResult result
                ? hasImage(result.content())
                : block instanceof ContentBlock.Image;
    }

    @Override
    public boolean subAgent() {
        return subAgent;
    }

    @Override
    public long promptTokens() {
        if (tokens < 0) {
            tokens = TokenEstimate.of(request, unknown);
        }
        return tokens;
    }
}
