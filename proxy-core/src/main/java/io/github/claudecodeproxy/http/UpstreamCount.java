package io.github.claudecodeproxy.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.claudecodeproxy.claude.ClaudeJson;
import io.github.claudecodeproxy.provider.ProviderProfile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Has an upstream count the tokens of a prompt, where it can. */
final class UpstreamCount {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LARGEST = 64 << 20;
    private static final List<String> COUNTED = List.of("model", "messages", "tools", "chat_template_kwargs");

    private final Upstream upstream;
    private final Timers timers;
    private final Outcome outcome;

    private UpstreamCount(Upstream upstream, Timers timers, Outcome outcome) {
        this.upstream = upstream;
        this.timers = timers;
        this.outcome = outcome;
    }

    /** Told once, on any thread. */
    interface Outcome {

        /** So many tokens. */
        void counted(long tokens);

        /** The upstream did not count. */
        void failed(String why);
    }

    /**
     * Asks.
     *
     * @param chat the body of the call whose prompt is to be counted
     */
    static void of(byte[] chat, Upstream upstream, Timers timers, Outcome outcome) {
        UpstreamCount count = new UpstreamCount(upstream, timers, outcome);
        ObjectNode prompt;
        try {
            prompt = (ObjectNode) ClaudeJson.mapper().readTree(chat);
        } catch (IOException e) {
            throw new IllegalStateException("a body of ours is no JSON", e);
        }
        prompt.retain(COUNTED);
        if (upstream.provider().counting() == ProviderProfile.Counting.TOKENIZE) {
            prompt.put("add_generation_prompt", true);
            count.ask("/tokenize", prompt, answer -> count.number(answer.path("count")));
        } else {
            count.ask("/apply-template", prompt, answer -> count.template(answer.path("prompt")));
        }
    }

    private void template(JsonNode prompt) {
        if (prompt.isTextual()) {
            ObjectNode text = ClaudeJson.mapper()
                    .createObjectNode()
                    .put("content", prompt.textValue())
                    .put("add_special", true)
                    .put("parse_special", true);
            ask("/tokenize", text, answer -> tokens(answer.path("tokens")));
        } else {
            outcome.failed("no prompt in the answer");
        }
    }

    private void tokens(JsonNode tokens) {
        if (tokens.isArray()) {
            outcome.counted(tokens.size());
        } else {
            outcome.failed("no tokens in the answer");
        }
    }

    private void number(JsonNode count) {
        if (count.canConvertToLong() && count.isIntegralNumber()) {
            outcome.counted(count.longValue());
        } else {
            outcome.failed("no count in the answer");
        }
    }

    private interface Reader {

        void read(JsonNode answer);
    }

    private void ask(String path, ObjectNode body, Reader reader) {
        byte[] json = ClaudeJson.bytes(body);
        upstream.sendSmall(upstream.beside(path, json), timers, PATIENCE, LARGEST, new SmallCall.Receiver() {
            @Override
            public void answered(byte[] answer) {
                JsonNode read;
                try {
                    read = ClaudeJson.mapper().readTree(answer);
                } catch (IOException e) {
                    outcome.failed("no JSON");
                    return;
                }
                reader.read(read);
            }

            @Override
            public void failed(String why) {
                outcome.failed(why);
            }
        });
    }
}
