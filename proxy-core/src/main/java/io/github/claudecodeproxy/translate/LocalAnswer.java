package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.InputMessage;
import io.github.claudecodeproxy.claude.Tool;
import io.github.claudecodeproxy.claude.Usage;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The answers to requests that no provider need be asked for, or that none could answer. */
enum LocalAnswer {

    /** The client only wants its prompt in Anthropic's cache: {@code max_tokens} is 0. */
    NOTHING {
        @Override
        void write(ClaudeRequest request, ClaudeEventWriter writer, long inputTokens) {
            writer.finish("max_tokens", null, null, Usage.of(inputTokens, 0, 0, 0));
        }
    },

    /** The only tool is Anthropic's web search, which runs on Anthropic's servers. */
    NO_SEARCH {
        @Override
        void write(ClaudeRequest request, ClaudeEventWriter writer, long inputTokens) {
            String id =
                    "srvtoolu_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);
            String query = JsonNodeFactory.instance
                    .objectNode()
                    .put("query", lastWords(request))
                    .toString();
            writer.serverTool(id, WEB_SEARCH, query);
            writer.whole(new ContentBlock.WebSearchToolResult(
                    id,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("type", "web_search_tool_result_error")
                            .put("error_code", "unavailable"),
                    ClaudeEventWriter.DIRECT_CALLER));
            writer.text(UNAVAILABLE);
            writer.finish("end_turn", null, null, Usage.of(inputTokens, 0, 0, UNAVAILABLE.length() / 4));
        }
    };

    private static final String WEB_SEARCH = "web_search";
    private static final int LONGEST_QUERY = 500;
    private static final String UNAVAILABLE =
            "Web search is not available: the model behind this proxy has no search of"
                    + " its own, so nothing was searched and there are no results.";

    /**
     * How this request is answered without a provider; null when one is needed.
     *
     * @param searched whether the provider searches the web
     */
    static @Nullable LocalAnswer of(ClaudeRequest request, boolean searched) {
        Integer most = request.maxTokens();
        if (most != null && most == 0) {
            return NOTHING;
        }
        List<Tool> tools = request.tools() == null ? List.of() : request.tools();
        boolean searchOnly = !tools.isEmpty()
                && tools.stream()
                        .allMatch(tool ->
                                Objects.requireNonNullElse(tool.type(), "").startsWith(WEB_SEARCH));
        return searchOnly && !searched ? NO_SEARCH : null;
    }

    /** Writes the answer. */
    abstract void write(ClaudeRequest request, ClaudeEventWriter writer, long inputTokens);

    private static String lastWords(ClaudeRequest request) {
        String words = "";
        for (InputMessage message : request.messages()) {
            for (ContentBlock block : message.content()) {
                if (message.role().equals("user") && block instanceof ContentBlock.Text text) {
                    words = text.text();
                }
            }
        }
        int end = Math.min(words.length(), LONGEST_QUERY);
        return words.substring(0, end > 0 && Character.isHighSurrogate(words.charAt(end - 1)) ? end - 1 : end);
    }
}
