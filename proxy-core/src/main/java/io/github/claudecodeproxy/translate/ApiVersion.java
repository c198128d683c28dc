package io.github.claudecodeproxy.translate;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.claudecodeproxy.claude.ClaudeError;
import io.github.claudecodeproxy.claude.ClaudeException;
import io.github.claudecodeproxy.claude.ClaudeRequest;
import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.claude.InputMessage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The versions of the Messages API, by the header {@code anthropic-version}; unknown ones count as the first. */
enum ApiVersion {

    /** Takes everything. */
    V2023_06_01,

    /** Refuses sampling parameters, documents in assistant messages, and citations in what the user says. */
    V2026_10_21 {
        @Override
        void check(ClaudeRequest request) {
            refuse(request.temperature() != null, "temperature");
            refuse(request.topP() != null, "top_p");
            refuse(request.topK() != null, "top_k");
            for (int i = 0; i < request.messages().size(); i++) {
                InputMessage message = request.messages().get(i);
                for (int j = 0; j < message.content().size(); j++) {
                    checkBlock(message.role(), message.content().get(j), "messages." + i + ".content." + j);
                }
            }
        }
    };

    private static final String HEADER = "anthropic-version";

    static ApiVersion of(Map<String, String> headers) {
        return "2026-10-21".equals(headers.get(HEADER)) ? V2026_10_21 : V2023_06_01;
    }

    /** Throws for what this version refuses and others take. */
    void check(ClaudeRequest request) {
        // everything is taken
    }

    private static void checkBlock(String role, ContentBlock block, String path) {
        boolean assistant = role.equals("assistant");
        refuse(assistant && block instanceof ContentBlock.Document, path);
        refuse(!assistant && block instanceof ContentBlock.Text text && said(text.citations()), path + ".citations");
        if (block instanceof ContentBlock.SearchResult result) {
            for (int i = 0; i < result.content().size(); i++) {
                ContentBlock inside = result.content().get(i);
                boolean cited = inside instanceof ContentBlock.Text text && said(text.citations());
                refuse(cited, path + ".content." + i + ".citations");
            }
        }
    }

    private static boolean said(@Nullable JsonNode citations) {
        return citations != null && !citations.isNull() && !citations.isEmpty();
    }

    private static void refuse(boolean present, String field) {
        if (present) {
            throw new ClaudeException(ClaudeError.Type.INVALID_REQUEST, field + ": Extra inputs are not permitted");
        }
    }
}
